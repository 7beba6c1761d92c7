import Quantities

/// A server of the cluster that carries GPUs.
public struct GPUServer: Hashable, Sendable {
  /// Host name, unique in the cluster.
  public let name: String
  /// What the server is.
  public let type: InstanceType

  /// A server of a type.
  public init(name: String, type: InstanceType) {
    self.name = name
    self.type = type
  }
}

/// A server of the cluster that holds models and serves them to the GPU servers.
public struct StorageServer: Hashable, Sendable {
  /// Host name, unique in the cluster.
  public let name: String
  /// The rate of its network interface.
  public let network: Bandwidth

  /// A storage server with the rate of its network interface.
  public init(name: String, network: Bandwidth) {
    self.name = name
    self.network = network
  }
}
