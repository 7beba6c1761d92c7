import ArgumentParser
import ClusterControl
import Commands
import Experiments
import FoundationEssentials
import Glibc
import PodCommands
import Quantities
import Scheduling

/// A server on this machine as the command line wants it.
struct LocalServer {
  let setting: any ExperimentSetting
  let deployment: ServingDeployment
  private let inputs: RunInputs
  private let options: LocalServerOptions
  private let shared: SharedOptions
  private let apiKey: String?
  private let engine: OwnEngine?

  /// Checks everything that can be checked before anything is started.
  init(arguments: ServerArguments, options: LocalServerOptions, shared: SharedOptions) throws {
    var inputs = try shared.inputs(cluster: .local)
    let setting = try arguments.setting(in: inputs.configuration)
    engine = try options.engine.engine(for: setting.system)
    inputs = inputs.served(by: engine?.name)
    deployment = try asUsage {
      try setting.deployment(configuration: inputs.configuration, rules: inputs.rules.rules)
    }
    guard !deployment.needsVirtualTime else {
      throw ValidationError(
        "The policy of \(setting) is a program of its own, which runs on the simulated cluster only; leave out "
          + "--cluster local.")
    }
    try SimulatedNodes(results: shared.results).check(
      deployment.backend.nodes.map(\.name), for: setting.system, options: shared.again)
    apiKey = try EndpointOptions.key(in: options.endpoint.apiKeyFile)
    self.setting = setting
    self.inputs = inputs
    self.options = options
    self.shared = shared
  }

  /// Serves until SIGINT or SIGTERM, then drains and ends everything that was started.
  func serve() async throws {
    Self.raiseFileLimit()
    let files = ServerFiles(results: shared.results)
    try files.make()
    try files.take()
    for thing in LeftOvers.end(try files.recordedResources()) { shared.note("Ended what a server had left: \(thing).") }
    files.forget()
    let resources = try files.recorder()
    let events = try LineWriter(path: files.events)
    var settings = Controller.Settings(options.endpoint, apiKey: apiKey)
    settings.timeScale = options.timeScale
    let deployment = deployment
    let record: @Sendable (LocalResource) throws -> Void = { try resources.add(try ServerFiles.line(of: $0)) }
    // A full disk must not stop the server; it says so in the end.
    let noted: @Sendable (RunEvent) -> Void = { events.addOrNote(EventLog.line($0, deployment: deployment)) }
    let ground = try ground(files, record: record)
    let controller = try await Controller.start(
      settings, controlPlane: deployment.controlPlane(), ground: { _ in try await ground() }, noted: noted)
    try announce(controller, files)
    await Shutdown.wait(withParent: false)
    let cut = await controller.stop(patience: .seconds(options.endpoint.drainSeconds))
    files.forget()
    try events.check()
    if cut > 0 { shared.note("\(cut) requests were cut off after \(options.endpoint.drainSeconds) s.") }
  }

  /// What starts that which the instances run on: the pods of an emulated cluster, or engines of the user's own.
  private func ground(
    _ files: ServerFiles, record: @escaping @Sendable (LocalResource) throws -> Void
  ) throws -> @Sendable () async throws -> any ClusterGround {
    if let engine {
      var ground = EngineGround(
        engine, nodes: deployment.backend.nodes, deployments: deployment.deployments, logs: files.logs, record: record)
      ground.usualAnswerTokens = inputs.configuration.coldStart.outputTokens
      return { [ground] in ground }
    }
    let settings = EmulatedGround.Settings(
      deployment: deployment, modelSet: setting.modelSet, configuration: inputs.configuration,
      configurationFile: shared.config, timeScale: options.timeScale, byteScale: options.byteScale,
      storageFault: options.storageFault?.text, usesNamespaces: options.netns, folder: files.logs,
      kubeconfig: files.kubeconfig, record: record, note: shared.note)
    return { try await EmulatedGround.start(settings) }
  }

  private func announce(_ controller: Controller, _ files: ServerFiles) throws {
    try setting.serverState(of: deployment, inputs: inputs).save(in: shared.results)
    var record = ServerRecord(
      ofThisProcess: options.endpoint, port: controller.port, timeScale: options.timeScale, byteScale: options.byteScale
    )
    record.engine = engine?.name
    record.kubeconfig = controller.kubeconfig
    try files.announce(record)
  }

  /// Every stream takes two sockets, and the usual limit is 1024.
  static func raiseFileLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}

extension ExperimentSetting {
  /// The state of a server of the setting, as files have it.
  func serverState(of deployment: ServingDeployment, inputs: RunInputs) throws -> ServerState {
    ServerState(deployment: deployment, setting: self, inputs: inputs)
  }
}
