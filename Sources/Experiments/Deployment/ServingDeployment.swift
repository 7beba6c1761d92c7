import ClusterSimulation
import Policies
import Quantities
import Scheduling
import ServingModel

/// A serving system put together for a backend and a set of models: what `start-server` starts.
///
/// This is where a system's name becomes a control plane. A policy of one's own is a `ServingPolicy` in `Sources/Policies`.
public struct ServingDeployment: Sendable {
  /// The serving system.
  public let system: ServingSystem
  /// What it is put together for.
  public let experiment: Experiment
  /// The GPU servers it runs on.
  public let backend: Configuration.Backend
  /// The models that may be asked for, in order; the measured ones first.
  public let deployments: [ModelDeployment]
  /// How many of the deployments, from the first, belong to the set; the others only evict.
  public let measuredCount: Int
  /// Which storage servers each GPU server fetches from.
  public let storage: StorageAssignment
  /// Which accidents of the published scheduler are kept.
  public let rules: ControlPlaneRules
  /// What differs from the published deployment.
  public let tuning: ServingTuning
  private let policy: (any ServingPolicy)?
  private let models: [Configuration.Model]
  private let hardware: HardwareModel
  private let routerPeriod: Duration
  private let controlPlaneWork: ControlPlaneWork

  /// A system for the cold-start experiment.
  ///
  /// - Throws: ``UsageError`` for a setting that cannot be run, ``ExperimentError`` when the storage servers do not
  ///   suffice.
  public init(
    coldStart setting: ColdStartSetting, configuration: Configuration, rules: ControlPlaneRules = .published
  ) throws {
    let backend = try configuration.backend(setting.backend)
    var evicting: [Configuration.Model] = []
    if setting.system == .serverlessLLM {
      let members = try configuration.modelSet(setting.modelSet)
      evicting = try backend.evictingModels.filter { name in !members.contains { $0.model == name } }
        .map { try configuration.model($0) }
    }
    try self.init(
      setting.system, for: .coldStart, modelSet: setting.modelSet, evicting: evicting, backend: backend,
      configuration: configuration, rules: rules)
  }

  /// A system for the end-to-end experiment.
  ///
  /// - Throws: as for the cold-start experiment.
  public init(
    endToEnd setting: EndToEndSetting, configuration: Configuration, rules: ControlPlaneRules = .published
  ) throws {
    try self.init(
      setting.system, for: .endToEnd, modelSet: EndToEndSetting.modelSet, evicting: [],
      backend: try configuration.backend(EndToEndSetting.backend), configuration: configuration, rules: rules)
  }

  init(
    _ system: ServingSystem, for experiment: Experiment, modelSet: String, evicting: [Configuration.Model],
    backend: Configuration.Backend, configuration: Configuration, rules: ControlPlaneRules,
    tuning: ServingTuning = ServingTuning()
  ) throws {
    let members = try configuration.modelSet(modelSet)
    let measured = members.enumerated().flatMap { position, member in
      // A model that occurs again, for another application, has further replicas of its own.
      let earlier = members[..<position].filter { $0.model == member.model }.reduce(0) { $0 + $1.replicas }
      return (0..<member.replicas).map { replica in (member, earlier + replica) }
    }
    self.system = system
    if case .own(let own) = system {
      self.policy = try configuration.policy(own.name)
    } else {
      self.policy = nil
    }
    self.experiment = experiment
    self.backend = tuning.applied(to: backend)
    self.rules = rules
    self.tuning = tuning
    self.measuredCount = measured.count
    self.hardware = configuration.hardware
    self.controlPlaneWork = configuration.controlPlaneWork
    self.routerPeriod = configuration.endToEnd.routerPeriod
    let models = try measured.map { try configuration.model($0.0.model) } + evicting
    self.models = models
    self.deployments =
      zip(measured, models).map {
        tuning.applied(to: Self.deployment(of: $0.0, replica: $0.1, weights: $1.stageBytes[0][0]))
      }
      + evicting.map { Self.evictingDeployment(of: $0) }
    try Self.checkFit(deployments, backend: backend, modelSet: modelSet)
    do {
      self.storage = try StorageAssignment(
        gpuServers: backend.nodes, storageServers: backend.storage, preference: backend.storagePreference)
    } catch {
      throw ExperimentError.storage(reason: error.description)
    }
  }

  private static func deployment(
    of member: Configuration.SetMember, replica: Int, weights: ByteCount
  ) -> ModelDeployment {
    ModelDeployment(
      name: ModelInstanceName(model: member.model, replica: replica), schedulerSizeGB: member.schedulerSizeGB,
      weights: weights, slo: member.slo, application: member.application)
  }

  /// A model that is only there to evict others; nobody watches its objectives.
  private static func evictingDeployment(of model: Configuration.Model) -> ModelDeployment {
    ModelDeployment(
      name: ModelInstanceName(model: model.identifier, replica: 0), schedulerSizeGB: model.schedulerSizeGB,
      weights: model.stageBytes[0][0],
      slo: SLO(timeToFirstToken: .seconds(3600), timePerOutputToken: .seconds(3600)))
  }

  /// Refuses a set of models that the backend's GPUs cannot hold, as the published script refuses set 1 on A10.
  private static func checkFit(
    _ deployments: [ModelDeployment], backend: Configuration.Backend, modelSet: String
  ) throws {
    let largestGPU = backend.nodes.map(\.type.gpuMemoryGB).max() ?? 0
    for deployment in deployments where deployment.schedulerSizeGB > largestGPU {
      throw UsageError(
        "Model set \(modelSet) does not fit on \(backend.name): \(deployment.name.model) needs "
          + "\(deployment.schedulerSizeGB) GB of one GPU and the largest there has \(largestGPU) GB; move on to the "
          + "next setting.")
    }
  }

  /// The control plane of the system, with nothing running.
  public func controlPlane() -> any ControlPlane {
    guard let placement = Self.placement(of: system, for: experiment) else {
      return ServerlessLLMControlPlane(
        nodes: backend.nodes, deployments: deployments, configuration: serverlessLLMConfiguration)
    }
    var configuration = HydraServeConfiguration(placement: tuning.applied(to: placement))
    tuning.apply(to: &configuration)
    configuration.prefetchesWeights = system.publishedWorkers != .serverlessVLLM
    configuration.usesHostMemoryCache = system.usesHostMemoryCache
    configuration.rules = rules
    if let policy {
      return policy.controlPlane(
        for: PolicySettings(
          nodes: backend.nodes, deployments: deployments,
          maxPipelineSize: tuning.maxPipelineSize ?? ConfigurationBuilder.maxPipelineSize,
          hydraServe: configuration))
    }
    return HydraServeControlPlane(nodes: backend.nodes, deployments: deployments, configuration: configuration)
  }

  /// After what time without an arrival the published images of a system that schedules itself end an instance; `nil` for a
  /// system that is scheduled here.
  public var ownKeepAlive: Duration? {
    guard system.schedulesItself else { return nil }
    return serverlessLLMConfiguration.autoscalerPeriod * serverlessLLMConfiguration.keepAliveRounds
  }

  private var serverlessLLMConfiguration: ServerlessLLMConfiguration {
    var configuration = ServerlessLLMConfiguration(
      for: experiment, hostPool: experiment == .coldStart ? [backend.serverlessLLMPool] : hostStores,
      endToEndRouterPeriod: routerPeriod)
    tuning.apply(to: &configuration)
    return configuration
  }

  /// Host memory for weights of each GPU server's storage agent on a cluster that has them.
  public var agentMemory: [ByteCount] {
    guard system.gpuIsolation == .exclusive, experiment == .coldStart else { return hostStores }
    return backend.nodes.map { _ in backend.serverlessLLMPool }
  }

  /// Whether the system decides only while time stands still.
  public var needsVirtualTime: Bool { policy?.needsVirtualTime ?? false }

  /// Whether whole models stay in host memory for later instances.
  public var keepsModelsInHostMemory: Bool {
    Self.keepsModelsInHostMemory(system)
  }

  /// Host memory of each GPU server that holds models.
  private var hostStores: [ByteCount] {
    storage.hostStores.map { .gigabytes(Double(max($0.storeSizeGB, 0)) * tuning.hostMemoryShare) }
  }

  /// The placement rule of a system, of an own policy HydraServe's; `nil` for ServerlessLLM, whose control plane has its
  /// own.
  static func placement(of system: ServingSystem, for experiment: Experiment) -> (any PlacementPolicy)? {
    switch (system, experiment) {
    case (.serverlessVLLM, _): FirstFitPlacement()
    case (.hydraServeWithSingleWorker, _): StaticPlacement(pipelineSize: 1)
    case (.hydraServe, .coldStart), (.hydraServeWithCache, .coldStart), (.own, .coldStart):
      StaticPlacement(pipelineSize: ConfigurationBuilder.maxPipelineSize)
    case (.hydraServe, .endToEnd), (.hydraServeWithCache, .endToEnd), (.own, .endToEnd):
      SLOAwarePlacement(maxPipelineSize: ConfigurationBuilder.maxPipelineSize)
    case (.serverlessLLM, _), (.serverlessLLMWithCachedModel, _): nil
    }
  }

  /// The simulated machines that the system runs on.
  public func simulatedCluster() -> SimulatedCluster {
    SimulatedCluster(
      nodes: backend.nodes, storage: backend.storage,
      routes: storage.hostStores.map { $0.shares.map(\.storageServer) },
      models: zip(deployments, models).map {
        SimulatedModel(
          name: $0.name.description, stageBytes: $1.stageBytes, keyValueBytesPerToken: $1.keyValueBytesPerToken)
      },
      hardware: hardware, procedure: ColdStartProcedure(of: system),
      hostStores: system.usesHostMemoryCache ? hostStores : nil,
      controlPlaneWork: Self.placement(of: system, for: experiment) == nil ? nil : controlPlaneWork)
  }
}
