import ClusterControl
import ClusterSimulation
import Experiments
import FoundationEssentials
import LoadGeneration
import NIOPosix
import Quantities
import Scheduling
import ServingModel
import Synchronization

/// Runs a scenario on both clusters, through the same deployment.
struct CrosscheckRunner {
  let configuration: Configuration
  let configurationFile: String?
  let timeScale: Double
  let byteScale: Double
  /// Where logs and events of the local cluster go.
  let folder: String

  /// How long both clusters go on after the last answer, so that consolidations end.
  private static let settling = Duration.seconds(20)
  private static let longest = Timestamp.zero + .seconds(3600)

  func compare(_ scenario: CrosscheckScenario) async throws -> CrosscheckComparison {
    CrosscheckComparison(
      scenario: scenario, simulated: try simulated(scenario), local: try await local(scenario), timeScale: timeScale)
  }

  /// Without the time that the published control plane takes over its commands: the local one takes its own.
  private func simulated(_ scenario: CrosscheckScenario) throws -> CrosscheckOutcome {
    let deployment = try scenario.setting.deployment(configuration: configuration, rules: .published)
    var cluster = deployment.simulatedCluster()
    cluster.controlPlaneWork = nil
    var simulation = Simulation(
      cluster: cluster, controlPlane: deployment.controlPlane(), source: OpenLoop(scenario.requests))
    let log = simulation.run(settle: Self.settling, limit: Self.longest)
    return CrosscheckOutcome(records: log.requests, events: log.events, deployment: deployment)
  }

  private func local(_ scenario: CrosscheckScenario) async throws -> CrosscheckOutcome {
    let deployment = try scenario.setting.deployment(configuration: configuration, rules: .published)
    let logs = "\(folder)/\(scenario.name)"
    try FileStore.makeFolder(logs)
    let events = EventCollector()
    var settings = Controller.Settings()
    settings.port = 0
    settings.timeScale = timeScale
    let emulated = EmulatedGround.Settings(
      deployment: deployment, modelSet: scenario.setting.modelSet, configuration: configuration,
      configurationFile: configurationFile, timeScale: timeScale, byteScale: byteScale, folder: logs,
      kubeconfig: "\(logs)/kubeconfig", record: { _ in }, note: { _ in })
    let controller = try await Controller.start(
      settings, controlPlane: deployment.controlPlane(), ground: { _ in try await EmulatedGround.start(emulated) },
      noted: { events.add($0) })
    do {
      let records = try await load(scenario, controller, deployment)
      try await Task.sleep(for: Self.settling / timeScale)
      await controller.stop(patience: .zero)
      return CrosscheckOutcome(records: records, events: events.all, deployment: deployment)
    } catch {
      await controller.stop(patience: .zero)
      throw error
    }
  }

  /// Events of a controller in this process.
  private final class EventCollector: Sendable {
    private let events = Mutex<[RunEvent]>([])

    func add(_ event: RunEvent) {
      events.withLock { $0.append(event) }
    }

    var all: [RunEvent] { events.withLock { $0 } }
  }

  private func load(
    _ scenario: CrosscheckScenario, _ controller: Controller, _ deployment: ServingDeployment
  ) async throws -> [RequestRecord] {
    let target = LoadTarget(
      url: "http://127.0.0.1:\(controller.port)", models: deployment.deployments.map(\.name.description))
    var options = LoadOptions()
    options.timeScale = timeScale
    options.isInterrupted = { Interruption.happened }
    let (requests, sent) = (scenario.requests, options)
    return try await NIOThreadPool.singleton.runIfActive {
      var source = OpenLoop(requests)
      return try LoadGenerator(target: target, options: sent).run(&source).records
    }
  }
}
