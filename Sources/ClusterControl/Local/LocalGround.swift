import NIOCore
import PodEmulation
import Scheduling
import ServingModel

/// The machines of a local cluster, as processes or namespaces of this one, with their storage running.
struct LocalGround: ClusterGround {
  let settings: LocalClusterSettings
  let processes: LocalProcesses
  let storage: RunningStorage

  var nodes: [GPUServer] { settings.nodes }
  var deployments: [ModelDeployment] { settings.deployments }

  /// Makes the network and starts the storage.
  ///
  /// - Throws: ``ClusterControlError`` or `PodError`; nothing is left running then.
  static func start(
    _ settings: LocalClusterSettings, timeScale: Double, record: @escaping @Sendable (LocalResource) throws -> Void
  ) async throws -> LocalGround {
    var settings = settings
    let network = try settings.makeNetwork(timeScale: timeScale, record: record)
    let processes = LocalProcesses(record: record, logs: settings.logs, network: network)
    let storage = try await settings.startStorage(processes, timeScale: timeScale)
    return LocalGround(settings: settings, processes: processes, storage: storage)
  }

  func cluster(
    clock: LiveClock, eventLoop: any EventLoop, report: @escaping (ClusterReport) -> Void
  ) -> any ControlledCluster {
    settings.cluster(of: processes, clock: clock, eventLoop: eventLoop, report: report)
  }

  func stop() async {
    await storage.stop()
  }
}

extension Controller {
  /// Starts a controller with a cluster of processes on this machine.
  ///
  /// - Parameters:
  ///   - controlPlane: the system's control plane, with nothing running.
  ///   - cluster: what it runs on, given the port that the endpoint listens on.
  ///   - record: called with everything that would outlive a controller that is killed, before it is used.
  ///   - noted: called on the event loop with each decision and each stage of a cold start.
  /// - Throws: as ``start(_:controlPlane:ground:noted:)`` does, ``ClusterControlError`` or `PodError` when a process does
  ///   not start.
  public static func start(
    _ settings: Settings, controlPlane: any ControlPlane,
    cluster: @escaping @Sendable (_ port: Int) -> LocalClusterSettings,
    record: @escaping @Sendable (LocalResource) throws -> Void,
    noted: @escaping @Sendable (RunEvent) -> Void
  ) async throws -> Controller {
    try await start(
      settings, controlPlane: controlPlane,
      ground: { try await LocalGround.start(cluster($0), timeScale: settings.timeScale, record: record) }, noted: noted)
  }
}
