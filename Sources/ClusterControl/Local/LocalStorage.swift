import Glibc
import PodEmulation
import Quantities
import Scheduling
import ServingModel

/// The storage processes of a local cluster: remote storage, and an agent on each GPU server.
///
/// A GPU server that fetches from two storage servers, half from each, fetches from one process with the rate of both
/// shares: agents here know one address.
struct LocalStorage: Sendable {
  let settings: LocalClusterSettings
  let processes: LocalProcesses
  /// The options that all processes share.
  let scales: [String]

  private struct Remote {
    let name: String
    let machine: Int
    let rate: Bandwidth
  }

  /// Starts everything and waits until it listens, remote storage first.
  ///
  /// - Returns: what has to be ended.
  /// - Throws: when a process cannot be started or does not listen; those started before have ended then.
  func start() async throws -> RunningStorage {
    let (remotes, remoteOfNode) = try plan()
    var started: [RunningPod] = []
    let segments = settings.nodes.indices.map { settings.identity.segment($0) }
    do {
      for remote in remotes {
        started.append(
          try processes.start(
            remote.name, on: remote.machine, program: program,
            arguments: ["--role", "remote", "--port", "\(LocalAddresses.remotePort)"]
              + ["--address", settings.identity.address(remote.machine)] + card(remote.rate)
              + (settings.storageFault.map { ["--fault", $0] } ?? []) + scales))
      }
      for pod in started { try await processes.awaitListening(pod) }
      var agents: [RunningPod] = []
      for (node, remote) in remoteOfNode.enumerated() { agents.append(try startAgent(node, remotes[remote])) }
      started += agents
      for pod in agents { try await processes.awaitListening(pod) }
      return RunningStorage(pods: started, segments: segments, network: processes.network)
    } catch {
      await RunningStorage(pods: started, segments: segments, network: processes.network).stop()
      throw error
    }
  }

  /// The option that shapes a card; in a network of the machines' own, the kernel does.
  private func card(_ rate: Bandwidth) -> [String] {
    settings.identity.network == nil ? ["--gbps", "\(rate.inGbps)"] : []
  }

  /// The rates of all machines' cards: GPU servers, then storage.
  ///
  /// - Throws: ``ClusterControlError/tooManyMachines(count:allowed:)``.
  func cards() throws -> [Bandwidth] {
    settings.nodes.map(\.type.network) + (try plan().remotes.map(\.rate))
  }

  private var program: String { "\(settings.programs)/storage-server" }

  private func startAgent(_ node: Int, _ remote: Remote) throws -> RunningPod {
    let segment = settings.identity.segment(node)
    try processes.record(.segment(segment))
    let server = settings.nodes[node]
    return try processes.start(
      StorageDeployment.localName(node), on: node, program: program,
      arguments: [
        "--role", "agent", "--address", settings.identity.address(node), "--port", "\(LocalAddresses.agentPort)",
        "--segment", segment,
        "--remote", "\(settings.identity.address(remote.machine)):\(LocalAddresses.remotePort)",
        "--memory-gb", "\(settings.hostMemory[node].inGigabytes)",
      ] + card(server.type.network) + scales, environment: [.init("USE_CACHE", settings.usesCache ? "1" : "0")])
  }

  /// Which remote processes there are, and which of them each node fetches from.
  private func plan() throws -> (remotes: [Remote], ofNode: [Int]) {
    var remotes: [Remote] = []
    func add(_ name: String, _ rate: Bandwidth) -> Int {
      remotes.append(Remote(name: name, machine: settings.nodes.count + remotes.count, rate: rate))
      return remotes.count - 1
    }
    var ofServer: [Int?] = Array(repeating: nil, count: settings.storage.count)
    let ofNode = settings.assignment.hostStores.map { store in
      guard store.shares.count == 1 else {
        let rate = store.shares.reduce(0) { $0 + $1.rate.bytesPerSecond }
        return add(
          "storage-server-remote-" + store.shares.map { "\($0.storageServer)" }.joined(separator: "-"),
          Bandwidth(bytesPerSecond: rate))
      }
      let server = store.shares[0].storageServer
      let number = ofServer[server] ?? add(StorageDeployment.remoteName(server), settings.storage[server].network)
      ofServer[server] = number
      return number
    }
    let count = settings.nodes.count + remotes.count
    guard count <= LocalAddresses.mostMachines else {
      throw ClusterControlError.tooManyMachines(count: count, allowed: LocalAddresses.mostMachines)
    }
    return (remotes, ofNode)
  }
}

/// The storage of a local cluster while it runs.
struct RunningStorage: Sendable {
  /// None, as engines of the user's own have.
  static let none = RunningStorage(pods: [], segments: [], network: nil)

  let pods: [RunningPod]
  /// The shared memory of the agents, by name.
  let segments: [String]
  /// The network that all machines are in, workers' included.
  let network: LocalNetwork?

  /// Ends everything. Agents take their shared memory away themselves; what one that was killed has left goes here.
  func stop() async {
    await withTaskGroup(of: Void.self) { group in
      for pod in pods { group.addTask { await pod.stop(patience: .seconds(5)) } }
    }
    for segment in segments { shm_unlink(segment) }
    network?.remove()
  }
}
