import Quantities
import ServingModel

/// A storage server to start on a node: its name, its environment and its memory limit.
public struct StorageDeployment: Hashable, Sendable {
  /// The name of the deployment.
  public let name: String
  /// The name of the node that it must run on.
  public let node: String
  /// Its variables, in the order of the published deployments.
  public let variables: [WorkerPodEnvironment.Variable]
  /// The host memory that it may use, in GB; `nil` for no limit.
  public let memoryLimitGB: Int?

  /// The same on another node, as one of a real cluster is called.
  public func on(node: String) -> StorageDeployment {
    StorageDeployment(name: name, node: node, variables: variables, memoryLimitGB: memoryLimitGB)
  }

  /// The same with so much host memory for models, in whole GB.
  public func holding(_ memory: ByteCount) -> StorageDeployment {
    StorageDeployment(
      name: name, node: node,
      variables: variables.map {
        $0.name == "SHM_SIZE" ? .init($0.name, "\(Int(memory.inGigabytes.rounded(.down)))") : $0
      }, memoryLimitGB: memoryLimitGB)
  }

  /// The name of the deployment on the `index`-th storage server.
  public static func remoteName(_ index: Int) -> String { "storage-server-remote-\(index)" }
  /// The name of the deployment on the `index`-th GPU server.
  public static func localName(_ index: Int) -> String { "storage-server-local-\(index)" }

  /// The servers that serve models over the network, one per storage server.
  ///
  /// - Parameter modelSet: the name of the model set that they hold, a number for the published ones.
  public static func remote(on storageServers: [StorageServer], modelSet: String) -> [StorageDeployment] {
    storageServers.enumerated().map { index, server in
      StorageDeployment(
        name: remoteName(index), node: server.name,
        variables: [.init("MODELSCOPE_CACHE", "/mnt/model-cache"), .init("MODEL_SET", modelSet)],
        memoryLimitGB: nil)
    }
  }

  /// The agents that fetch models into host memory, one per GPU server; they start once the remote ones have addresses.
  ///
  /// - Parameters:
  ///   - assignment: which storage servers each GPU server uses.
  ///   - remoteAddresses: the address of each storage server's deployment.
  ///   - usesCache: whether whole models are kept after use.
  ///   - isServerlessVLLM: whether the agents serve the plain baseline.
  ///   - rules: whether a second address leaks into the environments of later servers.
  public static func local(
    assignment: StorageAssignment, remoteAddresses: [String], usesCache: Bool, isServerlessVLLM: Bool,
    rules: ControlPlaneRules
  ) -> [StorageDeployment] {
    var leakedSecondAddress: String?
    return assignment.hostStores.enumerated().map { index, store in
      let addresses = store.shares.map { remoteAddresses[$0.storageServer] }
      let ownSecondAddress = addresses.count > 1 ? addresses[1] : nil
      let secondAddress = ownSecondAddress ?? leakedSecondAddress
      if rules.leaksSecondStorageAddress { leakedSecondAddress = secondAddress }
      var variables: [WorkerPodEnvironment.Variable] = [.init("USE_CACHE", usesCache ? "1" : "0")]
      if isServerlessVLLM { variables.append(.init("SLOW_EXPR", "1")) }
      variables += [
        .init("REMOTE_SERVER_ADDR", addresses[0]), .init("NUM_REMOTE_SERVER", "\(addresses.count)"),
        .init("SHM_SIZE", "\(store.storeSizeGB)"),
      ]
      if let secondAddress { variables.append(.init("REMOTE_SERVER_ADDR_2", secondAddress)) }
      return StorageDeployment(
        name: localName(index), node: store.server, variables: variables, memoryLimitGB: store.memoryLimitGB)
    }
  }
}
