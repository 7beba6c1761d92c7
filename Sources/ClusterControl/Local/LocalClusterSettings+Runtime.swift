import NIOCore
import PodEmulation

/// What runs behind the slots of a cluster: emulated workers with their storage, or engines of the user's own.
extension LocalClusterSettings {
  /// Starts what has to run before the first request: storage, which engines of the user's own do without.
  func startStorage(_ processes: LocalProcesses, timeScale: Double) async throws -> [RunningPod] {
    guard engine == nil else { return [] }
    var scales = ["--byte-scale", "\(byteScale)", "--time-scale", "\(timeScale)"]
    if let file = configurationFile { scales += ["--config", file] }
    return try await LocalStorage(settings: self, processes: processes, scales: scales).start()
  }

  /// The cluster, with nothing running on it yet.
  func cluster(
    of processes: LocalProcesses, clock: LiveClock, eventLoop: any EventLoop,
    report: @escaping (ClusterReport) -> Void
  ) -> any ProcessCluster {
    if let engine {
      return EngineCluster(engine, settings: self, processes: processes, eventLoop: eventLoop, report: report)
    }
    return LocalCluster(settings: self, processes: processes, clock: clock, eventLoop: eventLoop, report: report)
  }
}
