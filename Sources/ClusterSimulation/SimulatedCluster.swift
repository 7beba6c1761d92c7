import Quantities
import Scheduling
import ServingModel

/// The weights of a deployed model as the simulated engines hold them.
public struct SimulatedModel: Hashable, Sendable {
  /// The model's name, as the host-memory stores know it.
  public let name: String
  /// Bytes of each stage, by pipeline size: `stageBytes[p - 1][rank]`.
  public let stageBytes: [[ByteCount]]
  /// What a token takes in the KV cache, all layers together; zero for a cache without a bound.
  public let keyValueBytesPerToken: ByteCount

  /// A model with the bytes of its stages for every pipeline size that may be used.
  public init(name: String, stageBytes: [[ByteCount]], keyValueBytesPerToken: ByteCount = .zero) {
    self.name = name
    self.stageBytes = stageBytes
    self.keyValueBytesPerToken = keyValueBytesPerToken
  }

  /// All weights, in one piece.
  public var bytes: ByteCount {
    stageBytes[0][0]
  }
}

/// Everything that a simulation needs to know of the machines: what they are, how they are wired and how fast they work.
public struct SimulatedCluster: Sendable {
  /// The GPU servers.
  public var nodes: [GPUServer]
  /// The storage servers.
  public var storage: [StorageServer]
  /// For each GPU server the one or two storage servers it fetches from, as indices; two carry half of the bytes each.
  public var routes: [[Int]]
  /// The deployed models, in the order of the control plane's deployments.
  public var models: [SimulatedModel]
  /// The constants.
  public var hardware: HardwareModel
  /// What a worker does until it is ready.
  public var procedure: ColdStartProcedure
  /// Host memory of each GPU server in which whole models stay; `nil` for systems without such a cache.
  public var hostStores: [ByteCount]?
  /// What carrying out commands costs a control plane that does one thing at a time; `nil` for one that never waits.
  public var controlPlaneWork: ControlPlaneWork?

  /// A cluster.
  ///
  /// - Precondition: every node has one or two routes, and constants exist for every kind of GPU.
  public init(
    nodes: [GPUServer], storage: [StorageServer], routes: [[Int]], models: [SimulatedModel],
    hardware: HardwareModel, procedure: ColdStartProcedure, hostStores: [ByteCount]? = nil,
    controlPlaneWork: ControlPlaneWork? = nil
  ) {
    precondition(routes.count == nodes.count && routes.allSatisfy { (1...2).contains($0.count) }, "routes of each node")
    precondition(nodes.allSatisfy { hardware.gpus[$0.type.gpuType] != nil }, "constants for every kind of GPU")
    precondition(hostStores.map { $0.count == nodes.count } ?? true, "a host-memory store on every GPU server")
    self.nodes = nodes
    self.storage = storage
    self.routes = routes
    self.models = models
    self.hardware = hardware
    self.procedure = procedure
    self.hostStores = hostStores
    self.controlPlaneWork = controlPlaneWork
  }

  /// The constants of a node's GPUs.
  func constants(ofNode node: Int) -> GPUConstants {
    guard let constants = hardware.gpus[nodes[node].type.gpuType] else {
      preconditionFailure("constants for every kind of GPU")
    }
    return constants
  }

  /// The links that carry each part of a fetch to a node: the node's own, then the storage server's.
  func links(toNode node: Int) -> [[Int]] {
    routes[node].map { [node, nodes.count + $0] }
  }

  /// Capacities of all links: the nodes' first, then the storage servers'.
  var linkCapacities: [Bandwidth] {
    nodes.map(\.type.network) + storage.map(\.network)
  }
}
