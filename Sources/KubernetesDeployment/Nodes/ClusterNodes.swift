import KubernetesClient
import ServingModel

/// Which nodes of a cluster are the machines of a testbed.
public struct ClusterNodes: Hashable, Sendable {
  /// The node of each GPU server, in their order.
  public let gpuNodes: [String]
  /// The node of each storage server, in their order.
  public let storageNodes: [String]
  /// What the nodes say about being emulated; `nil` for real ones.
  public let emulation: NodeEmulation?

  /// Finds nodes for servers: a ready node of a server's name and type, else the first by name of its type that carries
  /// the label of GPU nodes. Storage servers take nodes of their name, else those without GPUs first.
  ///
  /// - Throws: ``DeploymentError``.
  public init(of nodes: [GPUNode], servers: [GPUServer], storage: [StorageServer]) throws {
    var free = nodes.filter(\.isReady).sorted { $0.name < $1.name }
    func take(_ name: String, _ fits: (GPUNode) -> Bool) -> GPUNode? {
      let place = free.firstIndex { $0.name == name && fits($0) } ?? free.firstIndex(where: fits)
      return place.map { free.remove(at: $0) }
    }
    var chosen: [GPUNode] = []
    for server in servers {
      guard let node = take(server.name, { $0.isGPUServer && $0.instanceType == server.type.name }) else {
        throw DeploymentError.noNode(type: server.type.name, needed: servers.count { $0.type == server.type })
      }
      chosen.append(node)
    }
    gpuNodes = chosen.map(\.name)
    var stores: [String] = []
    let count = free.count
    for server in storage {
      let isNamed = free.contains { $0.name == server.name }
      guard let node = take(server.name, { !$0.isGPUServer || isNamed }) ?? take(server.name, { _ in true }) else {
        throw DeploymentError.tooFewStorageNodes(found: count, needed: storage.count)
      }
      stores.append(node.name)
      chosen.append(node)
    }
    storageNodes = stores
    emulation = try NodeEmulation.common(of: chosen)
  }
}

/// What an emulated node says of itself in annotations, so that nobody takes its numbers for measured ones.
///
/// Real nodes carry none of them; `emulated-cluster` sets them on all of its own.
public struct NodeEmulation: Hashable, Sendable {
  /// The annotation with how many times faster than reality the pods of a node are.
  public static let timeScaleKey = "hydraserve-repro/emulated-time-scale"
  /// The annotation with by how much there is less of all bytes.
  public static let byteScaleKey = "hydraserve-repro/emulated-byte-scale"

  /// How many times faster than reality pods are.
  public let timeScale: Double
  /// By how much there is less of all bytes.
  public let byteScale: Double

  /// Reads a node's annotations; `nil` where there are none, or no numbers above 0.
  init?(_ node: KubernetesObject) {
    guard let time = node.annotation(Self.timeScaleKey).flatMap(Double.init), time > 0, time.isFinite,
      let bytes = node.annotation(Self.byteScaleKey).flatMap(Double.init), bytes > 0, bytes.isFinite
    else { return nil }
    timeScale = time
    byteScale = bytes
  }

  /// What all nodes say.
  ///
  /// - Throws: ``DeploymentError/mixedNodes(first:second:)`` when they do not say the same.
  static func common(of nodes: [GPUNode]) throws -> NodeEmulation? {
    guard let first = nodes.first else { return nil }
    if let other = nodes.first(where: { $0.emulation != first.emulation }) {
      throw DeploymentError.mixedNodes(first: first.name, second: other.name)
    }
    return first.emulation
  }
}
