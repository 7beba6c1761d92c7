import KubernetesClient
import Quantities
import Scheduling
import ServingModel
import WireProtocols

/// The objects that ServerlessLLM is deployed by, as the published images expect them: remote storage, the head, control
/// nodes beside the storage, and a worker on each GPU server that has all its GPUs.
///
/// The head begins to serve when `sllm-serve` is started in it, after the workers have joined; the published set-up does
/// that by `kubectl exec`, and ``startCommand`` is meant for it. The head knows its hardware configuration from a variable,
/// which that command writes to a file.
///
/// - Source: the published set-up's deployments, variable by variable in their order.
public struct ServerlessLLMManifests: Hashable, Sendable {
  /// Container images, by what they are for.
  public struct Images: Hashable, Sendable {
    /// The head and the control nodes.
    public var head: String
    /// Workers.
    public var worker: String

    /// Images for the two roles.
    public init(head: String, worker: String) {
      self.head = head
      self.worker = worker
    }
  }

  /// What the deployment's pods are told of each other; known once they run.
  public struct Addresses: Hashable, Sendable {
    /// The address of the head.
    public var head: String
    /// The address of each storage server's pod.
    public var storage: [String]

    /// Addresses of pods that run.
    public init(head: String, storage: [String]) {
      self.head = head
      self.storage = storage
    }

    /// Words that stand for addresses before there are any.
    public static func unknown(storageServers: Int) -> Addresses {
      Addresses(
        head: "ADDRESS-OF-\(ServerlessLLMManifests.headName)",
        storage: (0..<storageServers).map { "ADDRESS-OF-\(StorageDeployment.remoteName($0))" })
    }
  }

  /// The name of the head's Deployment.
  public static let headName = "sllm-server"
  /// The part of the folder of models that is this system's.
  static let modelFolder = ServerlessLLMRegistration.modelFolder
  /// The port on which the head answers.
  public static let headPort = 8343
  /// What starts the service in the head once the workers have joined. It goes on in the background, with the output of the
  /// head's container, since a connection that must last as long as the service would end it with itself.
  public static let startCommand = [
    "sh", "-c",
    "printf %s \"$\(hardwareVariable)\" > \(hardwareFile) && "
      + "(nohup /opt/conda/bin/sllm-serve start --hardware-config \(hardwareFile) < /dev/null > /proc/1/fd/1 2>&1 &)",
  ]
  /// What prints, in its last line, how many nodes the head's Ray cluster has, itself among them.
  public static let countCommand = [
    "/opt/conda/bin/python", "-c",
    "import ray; ray.init(address='auto', log_to_driver=False, logging_level='ERROR'); "
      + "print(sum(node['Alive'] for node in ray.nodes()))",
  ]
  private static let hardwareVariable = "HARDWARE_CONFIG"
  private static let hardwareFile = "/tmp/hardware_config.json"
  /// Processors that the head and control nodes offer to Ray.
  private static let controlProcessors = 40
  private static let gracePeriodSeconds = 30
  /// Disks are not the limit: models come over the network.
  private static let diskGB = 99_999_999

  private let settings: ManifestSettings
  private let images: Images
  private let modelSet: String
  private let gpuServers: [GPUServer]
  private let storageServers: [StorageServer]
  private let assignment: StorageAssignment
  private let pool: Int?

  /// The deployment of a testbed's servers.
  ///
  /// - Parameters:
  ///   - settings: what all manifests have in common.
  ///   - modelSet: the number of the set of models, which remote storage is told.
  ///   - gpuServers: the servers that run a worker.
  ///   - storageServers: the others; the last one runs the head.
  ///   - preference: which storage servers are given out first.
  ///   - poolGB: host memory of a worker for models; `nil` for all that a server has to spare.
  /// - Throws: `StorageAssignmentError` when the storage servers do not suffice, `KubernetesError.badName`.
  public init(
    settings: ManifestSettings, images: Images, modelSet: String, gpuServers: [GPUServer],
    storageServers: [StorageServer], preference: StorageAssignment.Preference, poolGB: Int?
  ) throws {
    self.settings = settings
    self.images = images
    self.modelSet = modelSet
    self.gpuServers = gpuServers
    self.storageServers = storageServers
    self.pool = poolGB
    assignment = try StorageAssignment(
      gpuServers: gpuServers, storageServers: storageServers, preference: preference)
    for node in gpuServers.map(\.name) + storageServers.map(\.name) { try ObjectNames.checkValue(node) }
  }

  // MARK: Deployments

  /// All objects but the registrations, in the order in which they are made.
  ///
  /// - Throws: `KubernetesError.badName`.
  public func objects(_ addresses: Addresses) throws -> [KubernetesObject] {
    try [namespace] + remoteStorage() + [head()] + controlNodes(addresses) + workers(addresses)
  }

  /// The namespace, without labels: whoever applies it owns it, not a run.
  private var namespace: KubernetesObject {
    KubernetesObject(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(settings.namespace)]])
  }

  /// Remote storage, one on each storage server.
  ///
  /// - Throws: `KubernetesError.badName`.
  public func remoteStorage() throws -> [KubernetesObject] {
    try storageServers.enumerated().map { index, server in
      var template = template(StorageDeployment.remoteName(index), settings.images.storageServer, on: server.name)
      template.variables = [
        .init("MODELSCOPE_CACHE", "/models/\(Self.modelFolder)"), .init("CACHE_TYPE", "serverlessllm"),
        .init("MODEL_SET", modelSet),
      ]
      template.port = ManifestSettings.remotePort
      return try template.deployment(settings)
    }
  }

  /// The head, on the last storage server.
  ///
  /// - Throws: `KubernetesError.badName`.
  public func head() throws -> KubernetesObject {
    var template = template(Self.headName, images.head, on: storageServers[storageServers.count - 1].name)
    template.variables = [
      .init("GRACE_PERIOD", "\(Self.gracePeriodSeconds)"), .init("NUM_CPU", "\(Self.controlProcessors)"),
      .init("BATCH_SIZE", "\(WorkerPodEnvironment.batchSize)"),
      .init(Self.hardwareVariable, hardwareConfiguration.text),
    ]
    template.port = Self.headPort
    return try template.deployment(settings)
  }

  /// Members of the head's Ray cluster on the other storage servers, which help to decide on scaling.
  ///
  /// - Throws: `KubernetesError.badName`.
  public func controlNodes(_ addresses: Addresses) throws -> [KubernetesObject] {
    try storageServers.dropLast().enumerated().map { index, server in
      var template = template("ray-storage-\(index)", images.head, on: server.name)
      template.mounts = []
      template.variables = [
        .init("HEAD_IP", addresses.head), .init("STORAGE_SERVER", "1"), .init("NUM_CPU", "\(Self.controlProcessors)"),
        .init("BATCH_SIZE", "\(WorkerPodEnvironment.batchSize)"),
      ]
      return try template.deployment(settings)
    }
  }

  /// A worker on each GPU server.
  ///
  /// - Throws: `KubernetesError.badName`.
  public func workers(_ addresses: Addresses) throws -> [KubernetesObject] {
    try gpuServers.enumerated().map { index, server in
      let shares = assignment.hostStores[index].shares.map { addresses.storage[$0.storageServer] }
      var template = template("sllm-worker-\(index)", images.worker, on: server.name)
      template.variables = [
        .init("WORKER_ID", "\(index)"), .init("HEAD_IP", addresses.head),
        .init("MEM_POOL_SIZE", "\(pool ?? Self.spareGB(server.type))"), .init("DISK_SIZE", "\(Self.diskGB)"),
        .init("NUM_CPU", "\(server.type.virtualCPUs - 4)"), .init("BATCH_SIZE", "\(WorkerPodEnvironment.batchSize)"),
        .init("STORAGE_IP", shares[0]),
      ]
      if shares.count > 1 { template.variables.append(.init("STORAGE_IP_2", shares[1])) }
      template.variables.append(.init("NUM_STORAGE", "\(shares.count)"))
      template.limits = [
        (GPUNode.exclusiveResource, "\(server.type.gpuCount)"), ("memory", "\(Self.usableGB(server.type))Gi"),
      ]
      return try template.deployment(settings)
    }
  }

  private func template(_ name: String, _ image: String, on node: String) -> PodTemplate {
    var template = PodTemplate(app: name, image: image)
    template.mounts = [PodTemplate.Mount(name: "models", nodePath: settings.modelDirectory, path: "/models")]
    template.usesHostIPC = true
    template.node = node
    return template
  }

  // MARK: Configuration

  /// Nine tenths of a server's memory, in GB.
  static func usableGB(_ type: InstanceType) -> Int { type.hostMemoryGB * 9 / 10 }

  /// What is left for models beside the workers of all GPUs, Ray and the controller.
  static func spareGB(_ type: InstanceType) -> Int {
    usableGB(type) - (type.gpuMemoryGB + 4) * type.gpuCount - 5
  }

  /// What the head knows of the workers' machines, by the number of the worker.
  var hardwareConfiguration: JSON {
    .object(
      gpuServers.enumerated().map { index, server in
        JSON.Member(
          "\(index)",
          [
            "host_size": .string("\(Self.spareGB(server.type))GB"), "host_bandwidth": "0GB/s",
            "disk_size": .string("\(Self.diskGB)GB"),
            "disk_bandwidth": .string("\(server.type.network.bytesPerSecond / 1e9)GB/s"), "network_bandwidth": "0GB/s",
          ])
      })
  }

  /// The bodies that models are registered with by `POST /register`, as a map from a model to its body.
  ///
  /// - Parameter models: name, with its replica, and size in GB as the scheduler counts it.
  public func registrations(of models: [(name: String, sizeGB: Int)]) -> KubernetesObject {
    let bodies = models.map { model in
      JSON.Member(
        "\(model.name.map { $0 == "/" ? "_" : String($0) }.joined()).json",
        .string(registration(of: model.name, sizeGB: model.sizeGB).text))
    }
    return KubernetesObject([
      "apiVersion": "v1", "kind": "ConfigMap",
      "metadata": [
        "name": "sllm-models", "namespace": .string(settings.namespace), "labels": settings.labels.json(app: nil),
      ],
      "data": .object(bodies),
    ])
  }

  /// The body that a model is registered with; workers whose GPUs hold it may run it.
  public func registration(of model: String, sizeGB: Int) -> JSON {
    let suitable = gpuServers.indices.filter { gpuServers[$0].type.gpuMemoryGB >= sizeGB }
    return ServerlessLLMRegistration(model: model, targetNodes: suitable.map { "\($0)" }).body
  }
}
