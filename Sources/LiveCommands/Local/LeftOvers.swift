import ClusterControl
import Glibc

/// Ends what a server that was killed has left behind, by what it had written down.
enum LeftOvers {
  /// Ends processes, of which each is the leader of a group, and removes shared memory and networks.
  ///
  /// - Returns: what there was, in words.
  static func end(_ resources: [LocalResource]) -> [String] {
    var ended: [String] = []
    for case .process(let process) in resources where process.isRunning {
      kill(-process.processID, SIGKILL)
      ended.append("process \(process.processID) (\(process.name))")
    }
    for case .segment(let name) in resources where shm_unlink(name) == 0 {
      ended.append("shared memory \(name)")
    }
    for case .network(let network) in resources where network.remove() {
      ended.append("network \(network.name)")
    }
    return ended
  }
}
