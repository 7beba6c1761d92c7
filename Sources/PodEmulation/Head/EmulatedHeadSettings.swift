import ClusterSimulation
import Quantities
import Scheduling
import ServingModel

/// What an emulated head is the head of, and how fast its world goes.
public struct EmulatedHeadSettings: Sendable {
  /// The machines.
  public var machines: HeadMachines
  /// What each worker's node is, in the order of the workers.
  public var instanceTypes: [InstanceType]
  /// The control plane's numbers, with a host-memory pool for each worker.
  public var controlPlane: ServerlessLLMConfiguration
  /// How long things take in the cluster.
  public var hardware: HardwareModel
  /// The models that may be registered; `nil` for one that nobody knows.
  public var model: @Sendable (ModelInstanceName) -> SimulatedModel?
  /// How long an answer is in tokens when the client does not say.
  public var answerTokens: Int
  /// The longest prompt and answer together, in tokens.
  public var longestSequence = WorkerPodEnvironment.longestModelTokens
  /// How many times faster than reality everything goes.
  public var timeScale = 1.0

  /// A head at real speed.
  ///
  /// - Precondition: there is a type and a pool for every worker, and constants for every kind of GPU.
  public init(
    machines: HeadMachines, instanceTypes: [InstanceType], controlPlane: ServerlessLLMConfiguration,
    hardware: HardwareModel, answerTokens: Int, model: @escaping @Sendable (ModelInstanceName) -> SimulatedModel?
  ) {
    precondition(
      instanceTypes.count == machines.workers.count && controlPlane.workerNodes == machines.workers.count,
      "a type and a pool for every worker")
    self.machines = machines
    self.instanceTypes = instanceTypes
    self.controlPlane = controlPlane
    self.hardware = hardware
    self.answerTokens = answerTokens
    self.model = model
  }

  /// The simulation of the deployment that has these models, with nothing running.
  func simulation<Source: LoadSource>(
    of models: [(deployment: ModelDeployment, model: SimulatedModel)], clients source: Source
  ) -> Simulation<Source> {
    let nodes = zip(machines.workers, instanceTypes).map { GPUServer(name: $0.node, type: $1) }
    let cluster = SimulatedCluster(
      nodes: nodes, storage: machines.storage.map { StorageServer(name: $0.address, network: $0.network) },
      routes: machines.workers.map { worker in
        worker.storage.compactMap { address in machines.storage.firstIndex { $0.address == address } }
      },
      models: models.map(\.model), hardware: hardware, procedure: ColdStartProcedure(of: .serverlessLLM))
    return Simulation(
      cluster: cluster,
      controlPlane: ServerlessLLMControlPlane(
        nodes: nodes, deployments: models.map(\.deployment), configuration: controlPlane),
      source: source, keepsEvents: false)
  }
}

/// Clients whose requests come from outside: it remembers what has ended until somebody takes it.
struct EndedRequests: LoadSource {
  private var records: [RequestRecord] = []

  mutating func begin() -> [ScheduledRequest] { [] }

  mutating func requestEnded(_ record: RequestRecord, at now: Timestamp) -> [ScheduledRequest] {
    records.append(record)
    return []
  }

  /// The requests that have ended since the last call, in the order of their ends.
  mutating func take() -> [RequestRecord] {
    defer { records.removeAll(keepingCapacity: true) }
    return records
  }
}
