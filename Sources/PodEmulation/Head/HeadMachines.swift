import Quantities
import WireProtocols

/// The machines of a ServerlessLLM deployment, as whoever starts an emulated head writes them down for it: nothing but
/// what the workers' pods are told by their environment and what their nodes are.
///
/// As JSON: `{"storage": [{"address": "10.0.0.2", "gbps": 32}], "workers": [{"id": "0", "node": "a10-0",
/// "instance_type": "ecs.gn7i-c32g1.8xlarge", "mem_pool_size": 16, "storage": ["10.0.0.2"]}]}`.
public struct HeadMachines: Hashable, Sendable {
  /// A remote storage server.
  public struct Storage: Hashable, Sendable {
    /// Its address, as workers are told it.
    public let address: String
    /// The rate of its network card.
    public let network: Bandwidth

    /// A storage server at an address.
    public init(address: String, network: Bandwidth) {
      self.address = address
      self.network = network
    }
  }

  /// A worker pod.
  public struct Worker: Hashable, Sendable {
    /// Its number (`WORKER_ID`).
    public let id: Int
    /// The name of its node.
    public let node: String
    /// The provider's name of the node's type.
    public let instanceType: String
    /// Host memory for models (`MEM_POOL_SIZE`), as the deployment counts it.
    public let poolSize: Int
    /// The addresses of the one or two storage servers that it fetches from (`STORAGE_IP`, `STORAGE_IP_2`).
    public let storage: [String]

    /// A worker pod on a node.
    public init(id: Int, node: String, instanceType: String, poolSize: Int, storage: [String]) {
      self.id = id
      self.node = node
      self.instanceType = instanceType
      self.poolSize = poolSize
      self.storage = storage
    }
  }

  /// The storage servers.
  public let storage: [Storage]
  /// The workers, by their numbers: the order in which placement looks at them.
  public let workers: [Worker]

  /// Machines that have been checked before: workers have numbers of their own and name storage servers of the list.
  public init(storage: [Storage], workers: [Worker]) {
    self.storage = storage
    self.workers = workers.sorted { $0.id < $1.id }
  }

  /// Reads the JSON.
  ///
  /// - Throws: ``WireError/wrongMember(name:expected:found:)``.
  public init(body: JSON) throws(WireError) {
    var storage: [Storage] = []
    for element in try Self.list("storage", of: body) {
      let (address, gbps) = (try element.text("address"), try element.real("gbps"))
      guard (0.001...1_000_000).contains(gbps) else { throw element.wrong("gbps", "a number from 0.001 to 1000000") }
      guard !storage.contains(where: { $0.address == address }) else {
        throw element.wrong("address", "a storage server's own")
      }
      storage.append(Storage(address: address, network: .gbps(gbps)))
    }
    var workers: [Worker] = []
    for element in try Self.list("workers", of: body) {
      let worker = Worker(
        id: try element.whole("id"), node: try element.text("node"), instanceType: try element.text("instance_type"),
        poolSize: try element.whole("mem_pool_size"), storage: try element.texts("storage"))
      guard !workers.contains(where: { $0.id == worker.id }) else { throw element.wrong("id", "a worker's own") }
      guard worker.poolSize <= 1_000_000 else {
        throw element.wrong("mem_pool_size", "a whole number from 0 to 1000000")
      }
      guard (1...2).contains(worker.storage.count),
        worker.storage.allSatisfy({ address in storage.contains { $0.address == address } })
      else { throw element.wrong("storage", "one or two addresses of the storage servers") }
      workers.append(worker)
    }
    self.init(storage: storage, workers: workers)
  }

  private static func list(_ name: String, of body: JSON) throws(WireError) -> [JSON] {
    guard let elements = body[name]?.array, !elements.isEmpty else {
      throw body.wrong(name, "a list of at least one machine")
    }
    return elements
  }

  /// The JSON.
  public var body: JSON {
    [
      "storage": .array(
        storage.map { ["address": .string($0.address), "gbps": .number($0.network.inGbps)] as JSON }),
      "workers": .array(
        workers.map { worker in
          [
            "id": .string("\(worker.id)"), "node": .string(worker.node),
            "instance_type": .string(worker.instanceType), "mem_pool_size": .integer(Int64(worker.poolSize)),
            "storage": .array(worker.storage.map(JSON.string)),
          ] as JSON
        }),
    ]
  }
}
