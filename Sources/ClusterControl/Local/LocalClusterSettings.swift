import Quantities
import Scheduling
import ServingModel

/// What a cluster of processes on this machine is made of.
public struct LocalClusterSettings: Sendable {
  /// The serving system, whose cold start the workers follow.
  public var system: ServingSystem
  /// The GPU servers.
  public var nodes: [GPUServer]
  /// The storage servers.
  public var storage: [StorageServer]
  /// Which storage servers each GPU server fetches from.
  public var assignment: StorageAssignment
  /// Host memory of each GPU server for weights.
  public var hostMemory: [ByteCount]
  /// Whether whole models stay in host memory.
  public var usesCache: Bool
  /// The deployed models.
  public var deployments: [ModelDeployment]
  /// From the order to delete pods until their memory is free.
  public var podDeletion: Duration
  /// The folder of the programs `emulated-worker` and `storage-server`.
  public var programs: String
  /// The folder that the processes' output goes to; it exists.
  public var logs: String
  /// A file laid over the built-in configuration, which the processes read, too.
  public var configurationFile: String?
  /// How long the answer is to a request that does not say: an engine without a model never comes to an end by itself.
  public var usualAnswerTokens = 512
  /// An engine of the user's own that serves in the place of emulated workers; only Serverless vLLM takes one.
  public var engine: OwnEngine?
  /// What the storage servers do wrong on purpose, as `storage-server --fault` takes it.
  public var storageFault: String?
  /// By how much there is less of all bytes.
  public var byteScale: Double
  /// Whether each machine has a network namespace of its own instead of a loopback address; only root can make them.
  public var usesNamespaces = false
  /// Three numbers that no other cluster on this machine has; addresses and names of shared memory come from them.
  public var identity: LocalAddresses

  /// A cluster whose optional parts are yet to be set.
  public init(
    system: ServingSystem, nodes: [GPUServer], storage: [StorageServer], assignment: StorageAssignment,
    hostMemory: [ByteCount], usesCache: Bool, deployments: [ModelDeployment], podDeletion: Duration, programs: String,
    logs: String, byteScale: Double, identity: LocalAddresses
  ) {
    self.system = system
    self.nodes = nodes
    self.storage = storage
    self.assignment = assignment
    self.hostMemory = hostMemory
    self.usesCache = usesCache
    self.deployments = deployments
    self.podDeletion = podDeletion
    self.programs = programs
    self.logs = logs
    self.byteScale = byteScale
    self.identity = identity
  }
}

/// Addresses of emulated machines: every machine has one in 127.0.0.0/8, which is all loopback, or in a network of its
/// cluster.
///
/// The former come from the port that the controller listens on, so two controllers on one machine never share one.
public struct LocalAddresses: Hashable, Sendable {
  /// The port of the controller.
  public let port: Int
  /// The number of the network that the machines are in; `nil` for loopback.
  var network: Int?

  /// Addresses of the cluster of the controller that listens on a port, from 1 to 65535.
  public init(port: Int) {
    self.port = port
  }

  /// Machines that have addresses.
  static let mostMachines = 253
  /// The port of the storage agents, as in the published images.
  static let agentPort = 6666
  /// The port of remote storage, as in the published images.
  static let remotePort = 8888

  /// The address of a machine, numbered from 0.
  func address(_ machine: Int) -> String {
    if let network { return LocalNetwork.address(machine, network: network) }
    return "127.\(port >> 8).\(port & 255).\(machine + 1)"
  }

  /// The port of a worker: two for each, one for its API and one for activations.
  func workerPort(_ worker: WorkerID) -> Int {
    10_000 + 2 * (worker % 20_000)
  }

  /// The name of the shared memory of a node's storage agent.
  func segment(_ node: Int) -> String {
    "/hydra-\(port)-\(node)"
  }
}
