import ArgumentParser
import ClusterControl
import Commands
import Experiments
import KubernetesClient
import KubernetesDeployment
import PodCommands
import Scheduling

/// A server on the nodes of a Kubernetes cluster as the command line wants it.
struct KubernetesServer {
  let setting: any ExperimentSetting
  let deployment: ServingDeployment
  private let inputs: RunInputs
  private let options: KubernetesServerOptions
  private let shared: SharedOptions
  private let apiKey: String?

  /// Checks everything that can be checked without asking the cluster.
  init(arguments: ServerArguments, options: KubernetesServerOptions, shared: SharedOptions) throws {
    let inputs = try shared.inputs(cluster: .kubernetes)
    let setting = try arguments.setting(in: inputs.configuration)
    deployment = try asUsage {
      try setting.deployment(configuration: inputs.configuration, rules: inputs.rules.rules)
    }
    apiKey = try EndpointOptions.key(in: options.endpoint.apiKeyFile)
    // Refuses what no manifest may have.
    _ = try KubernetesRun(options, server: "").manifests(inputs.configuration, for: setting.system)
    self.setting = setting
    self.inputs = inputs
    self.options = options
    self.shared = shared
  }

  /// Looks at the cluster, changing nothing, and says what is missing or slow.
  ///
  /// - Throws: ``LiveError/notReady(missing:count:command:)`` when something is missing, `KubernetesError`.
  func preflight() async throws {
    let (client, _) = try options.connection.connect(note: shared.note, output: shared.output)
    let findings = try await ClusterPreflight(client: client).run(
      inputs.configuration.needs(
        of: deployment.backend, namespace: options.connection.ownNamespace, isolation: setting.system.gpuIsolation,
        isForServerlessLLM: setting.system.schedulesItself))
    for finding in findings where finding.state != .fine {
      let mark = finding.state == .missing ? "Missing" : "Slow"
      shared.note("\(mark): \(finding.subject): \(finding.found) where \(finding.needed) is needed; \(finding.advice).")
    }
    let missing = findings.filter { $0.state == .missing }
    guard let first = missing.first else { return }
    throw LiveError.notReady(
      missing: first.subject, count: missing.count, command: "kubernetes-cluster preflight \(setting.backend)")
  }

  /// Serves until SIGINT or SIGTERM, then drains and deletes everything that was made.
  func serve() async throws {
    LocalServer.raiseFileLimit()
    let files = ServerFiles(results: shared.results)
    try files.make()
    try files.take()
    try await endEarlierRun(files)
    files.forget()
    let events = try LineWriter(path: files.events)
    let (client, access) = try options.connection.connect(note: shared.note)
    let places = try ClusterNodes(
      of: try await client.list(.nodes).items.map(GPUNode.init), servers: deployment.backend.nodes,
      storage: deployment.backend.storage)
    let run = KubernetesRun(options, server: access.endpoint.server.description, context: access.context)
    // Written down before anything is made, so that a controller that is killed leaves nothing unknown.
    try files.save(run)
    let serving = try serving(run, client, places, files)
    var settings = Controller.Settings(options.endpoint, apiKey: apiKey)
    settings.timeScale = places.emulation?.timeScale ?? 1
    do {
      let controller = try await Controller.start(
        settings, controlPlane: controlPlane,
        ground: { _ in
          if try await RunNamespace(client: client, labels: serving.manifests.labels, namespace: run.namespace).make() {
            serving.note("Made namespace \(run.namespace).")
          }
          try await checkModels(serving)
          return try await start(serving)
        },
        // A full disk must not stop the server; it says so in the end.
        noted: { [deployment] in events.addOrNote(EventLog.line($0, deployment: deployment)) })
      try announce(controller, places.emulation, files)
      await Shutdown.wait(withParent: false)
      let cut = await controller.stop(patience: .seconds(options.endpoint.drainSeconds))
      if cut > 0 { shared.note("\(cut) requests were cut off after \(options.endpoint.drainSeconds) s.") }
    } catch {
      // What could be deleted has been; the record of the run stays while something is left.
      try? await forget(run, client, files)
      throw error
    }
    try await forget(run, client, files)
    try events.check()
  }

  /// What decides: our control plane, or nothing but a relay where the system's own images do.
  private var controlPlane: any ControlPlane {
    setting.system.schedulesItself ? RelayControlPlane() : deployment.controlPlane()
  }

  /// Starts what requests go to: our storage servers, or the whole of a system that schedules itself.
  private func start(_ serving: KubernetesServing) async throws -> any ClusterGround {
    guard setting.system.schedulesItself else { return try await KubernetesGround.start(serving) }
    let manifests = try deployment.serverlessLLM(
      serving.manifests, configuration: inputs.configuration, modelSet: setting.modelSet, on: serving.places)
    return try await ServerlessLLMGround.start(ServerlessLLMServing(serving, manifests: manifests))
  }

  /// Looks for models on the storage nodes before storage servers start on them.
  private func checkModels(_ serving: KubernetesServing) async throws {
    guard options.checkModels else { return }
    let checks = try serving.manifests.modelChecks(
      on: serving.places.storageNodes, modelSet: setting.modelSet, deadlineSeconds: options.podPatienceSeconds)
    let preparation = ClusterPreparation(client: serving.client, settings: serving.manifests, progress: serving.note)
    do {
      try await preparation.run(
        checks, step: "Looking for models in \(options.modelDirectory)/\(serving.manifests.modelFolder)",
        within: serving.limits.storage)
    } catch {
      _ = await RunEnd(client: serving.client, labels: serving.manifests.labels, namespace: serving.manifests.namespace)
        .clean(within: serving.limits.cleaning, keepLog: serving.keepLog, note: serving.note)
      throw error
    }
  }

  private func serving(
    _ run: KubernetesRun, _ client: KubernetesClient, _ places: ClusterNodes, _ files: ServerFiles
  ) throws -> KubernetesServing {
    var serving = KubernetesServing(
      of: deployment, modelSet: setting.modelSet, configuration: inputs.configuration, places: places,
      manifests: try run.manifests(inputs.configuration, for: setting.system), client: client)
    serving.limits = options.limits
    serving.keepLog = files.keepLog
    serving.note = shared.note
    return serving
  }

  private func announce(_ controller: Controller, _ emulation: NodeEmulation?, _ files: ServerFiles) throws {
    let inputs = inputs.onEmulatedNodes(emulation != nil)
    try setting.serverState(of: deployment, inputs: inputs).save(in: shared.results)
    var record = ServerRecord(
      ofThisProcess: options.endpoint, port: controller.port, timeScale: emulation?.timeScale ?? 1,
      byteScale: emulation?.byteScale ?? 1)
    record.cluster = ClusterKind.kubernetes.rawValue
    record.emulatedNodes = emulation != nil
    try files.announce(record)
  }

  /// Deletes what a controller that was killed has left, before anything else is made.
  private func endEarlierRun(_ files: ServerFiles) async throws {
    guard let earlier = try files.kubernetesRun() else { return }
    shared.note("Deletes what the run \(earlier.run) had left.")
    let left = try await earlier.end(files: files, within: options.limits.cleaning, note: shared.note)
    guard left.isEmpty else { throw LiveError.objectsLeft(run: earlier.run, objects: left) }
  }

  /// Forgets the server, and the run unless something of it is left.
  private func forget(_ run: KubernetesRun, _ client: KubernetesClient, _ files: ServerFiles) async throws {
    let left = try await RunCleaner(client: client, labels: try run.labels, namespace: run.namespace).objects()
    guard left.isEmpty else { throw LiveError.objectsLeft(run: run.run, objects: left) }
    files.forget()
    files.forgetKubernetesRun()
  }
}
