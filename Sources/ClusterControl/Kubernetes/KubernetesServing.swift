import KubernetesClient
import KubernetesDeployment
import Quantities
import Scheduling
import ServingModel

/// What a serving system on a Kubernetes cluster is made of.
public struct KubernetesServing: Sendable {
  /// The serving system.
  public var system: ServingSystem
  /// The GPU servers of the testbed.
  public var nodes: [GPUServer]
  /// The storage servers of the testbed.
  public var storage: [StorageServer]
  /// Which storage servers each GPU server fetches from.
  public var assignment: StorageAssignment
  /// Which accidents of the published scheduler are kept; one is in what storage agents are told.
  public var rules: ControlPlaneRules
  /// Whether whole models stay in host memory.
  public var usesCache: Bool
  /// The deployed models.
  public var deployments: [ModelDeployment]
  /// The name of their set, which storage is told.
  public var modelSet: String
  /// The nodes of the cluster that the servers are.
  public var places: ClusterNodes
  /// What is in all manifests.
  public var manifests: ManifestSettings
  /// A client of the API server.
  public var client: KubernetesClient
  /// Host memory of each GPU server for weights; as the assignment says if not given.
  public var hostMemory: [ByteCount]?
  /// How long the answer is to a request that does not say.
  public var usualAnswerTokens = 512
  /// How long things may take.
  public var limits = Limits()
  /// How pods are reached, given their address and port.
  var reach: @Sendable (_ address: String, _ port: Int) -> WorkerAddress = { WorkerAddress(host: $0, port: $1) }
  /// Whether storage that has an address is asked whether it serves, before anything else starts.
  var asksStorage = true
  /// Takes the output of a pod before the pod is deleted; `nil` where it stays anyway, and is not asked for then.
  public var keepLog: RunCleaner.LogKeeper?
  /// Told of everything that somebody who waits wants to know.
  public var note: @Sendable (String) -> Void = { _ in }

  /// How long things may take, in real time.
  public struct Limits: Hashable, Sendable {
    /// From the order of storage servers until they serve; images may have to be fetched.
    public var storage = Duration.seconds(600)
    /// From the order of an instance until all its pods have addresses.
    public var addresses = Duration.seconds(600)
    /// From a pod's address until its worker listens.
    public var listening = Duration.seconds(600)
    /// How long a pod may be in trouble (unschedulable, an image that cannot be fetched) before its instance is given up.
    public var trouble = Duration.seconds(10)
    /// How long the second sign of a worker's end is waited for after the first.
    public var death = Duration.seconds(5)
    /// From the order to delete a pod until its Deployment is looked for, if no news came.
    public var deletion = Duration.seconds(5)
    /// How long the end of everything may take.
    public var cleaning = Duration.seconds(180)

    /// The usual limits: minutes for what may fetch an image, seconds for what is only awaited.
    public init() {}
  }

  /// A system whose optional parts are yet to be set.
  public init(
    system: ServingSystem, nodes: [GPUServer], storage: [StorageServer], assignment: StorageAssignment,
    rules: ControlPlaneRules, usesCache: Bool, deployments: [ModelDeployment], modelSet: String, places: ClusterNodes,
    manifests: ManifestSettings, client: KubernetesClient
  ) {
    self.system = system
    self.nodes = nodes
    self.storage = storage
    self.assignment = assignment
    self.rules = rules
    self.usesCache = usesCache
    self.deployments = deployments
    self.modelSet = modelSet
    self.places = places
    self.manifests = manifests
    self.client = client
  }
}
