import NIOCore
import PodEmulation
import Quantities

/// What runs behind the slots of a cluster: emulated workers with their storage, or engines of the user's own.
extension LocalClusterSettings {
  /// Makes the network that the machines are to be in, if they are not to be on loopback, and has them know it.
  mutating func makeNetwork(
    timeScale: Double, record: @escaping @Sendable (LocalResource) throws -> Void
  ) throws -> LocalNetwork? {
    guard usesNamespaces, engine == nil else { return nil }
    let processes = LocalProcesses(record: record, logs: logs, network: nil)
    let rates = try LocalStorage(settings: self, processes: processes, scales: []).cards().map {
      Bandwidth(bytesPerSecond: $0.bytesPerSecond / byteScale * timeScale)
    }
    let network = try LocalNetwork.make(rates: rates, record: record)
    identity.network = network.number
    return network
  }

  /// Starts what has to run before the first request: storage, which engines of the user's own do without.
  func startStorage(_ processes: LocalProcesses, timeScale: Double) async throws -> RunningStorage {
    guard engine == nil else { return .none }
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
