import Experiments
import Quantities
import Scheduling
import ServingModel

/// So many servers of each of some types, with the storage servers that they need.
public struct ServerFleet: Hashable, Sendable {
  /// Servers of one type.
  public struct Group: Hashable, Sendable {
    /// What they are.
    public let type: InstanceType
    /// How many of them there are; none is allowed.
    public let count: Int

    /// So many servers of a type.
    ///
    /// - Precondition: the count is not negative.
    public init(type: InstanceType, count: Int) {
      precondition(count >= 0, "there are no fewer servers than none")
      self.type = type
      self.count = count
    }
  }

  /// A type of server that holds models.
  public struct StorageType: Hashable, Sendable {
    /// The provider's name of the type.
    public let name: String
    /// The rate of its network interface.
    public let network: Bandwidth

    /// A type with the rate of its network interface.
    public init(name: String, network: Bandwidth) {
      self.name = name
      self.network = network
    }

    /// Whether two servers of the type carry a GPU server's network, which is as many as a GPU server may use.
    public func serves(_ type: InstanceType) -> Bool {
      2 * network.inGbps >= type.network.inGbps
    }
  }

  /// The GPU servers by type, in the order in which placements look at them.
  public let groups: [Group]
  /// What the storage servers are.
  public let storageType: StorageType

  /// A fleet of GPU servers.
  ///
  /// - Precondition: no type occurs twice, and two storage servers carry the network of any.
  public init(groups: [Group], storageType: StorageType) {
    precondition(Set(groups.map(\.type.name)).count == groups.count, "a type has one count")
    precondition(groups.allSatisfy { storageType.serves($0.type) }, "two storage servers carry a GPU server's network")
    self.groups = groups
    self.storageType = storageType
  }

  /// How many GPU servers there are.
  public var serverCount: Int {
    groups.reduce(0) { $0 + $1.count }
  }

  /// How many GPUs they have.
  public var gpuCount: Int {
    groups.reduce(0) { $0 + $1.count * $1.type.gpuCount }
  }

  /// The GPU servers, named by their GPU, or by their type where two types have the same GPU.
  public var nodes: [GPUServer] {
    groups.flatMap { group in
      let isAlone = groups.count { $0.type.gpuType == group.type.gpuType } == 1
      let name = isAlone ? group.type.gpuType.name : group.type.name
      return (0..<group.count).map { GPUServer(name: "\(name)-\($0)", type: group.type) }
    }
  }

  /// As few storage servers as can be assigned to the GPU servers: together they have at least the network of those.
  ///
  /// What is left of a storage server may be too little for the next GPU server, so it may take more of them than the
  /// sum of the rates says.
  public var storage: [StorageServer] {
    let nodes = nodes
    let needed = nodes.reduce(0) { $0 + $1.type.network.inGbps } / storageType.network.inGbps
    var servers = (0..<max(1, Int(needed.rounded(.up)))).map { storageServer($0) }
    while !Self.suffice(servers, for: nodes) {
      precondition(servers.count < 3 * nodes.count + 1, "two storage servers of its own suffice a GPU server")
      servers.append(storageServer(servers.count))
    }
    return servers
  }

  private func storageServer(_ number: Int) -> StorageServer {
    StorageServer(name: "store-\(number)", network: storageType.network)
  }

  private static func suffice(_ servers: [StorageServer], for nodes: [GPUServer]) -> Bool {
    do {
      _ = try StorageAssignment(gpuServers: nodes, storageServers: servers, preference: .smallestSufficient)
      return true
    } catch {
      return false
    }
  }

  /// The fleet for people: `2 x a10 (4 GPUs) + 4 x v100 (4 GPUs)`.
  public var text: String {
    let parts = groups.filter { $0.count > 0 }.map { group in
      let isAlone = groups.count { $0.type.gpuType == group.type.gpuType } == 1
      return "\(group.count) x \(isAlone ? group.type.gpuType.name : group.type.name)"
    }
    return parts.isEmpty ? "no server" : parts.joined(separator: " + ")
  }
}
