import Quantities
import Scheduling
import ServingModel

/// What a deployment does differently from the published one: what planning searches and sensitivity varies.
public struct ServingTuning: Hashable, Sendable {
  /// Idle time before an instance ends; `nil` for the published 30 s. ServerlessLLM counts it in rounds of a second.
  public var keepAlive: Duration?
  /// The share of the published host memory for models that systems with such a cache may use.
  public var hostMemoryShare = 1.0
  /// Most stages of a pipeline, for placements that choose its size; `nil` for the published 4.
  public var maxPipelineSize: Int?
  /// A factor on the objectives of every model, as the scheduler knows them and as requests are judged.
  public var objectiveScale = 1.0
  /// A factor on the rate of every GPU server's network interface; storage servers are assigned as without it.
  public var networkScale = 1.0
  /// A factor on the rate of every storage server's network interface; they are assigned as without it.
  public var storageScale = 1.0

  /// The published deployment.
  public init() {}
}

/// How each part of a deployment is changed.
extension ServingTuning {
  func applied(to backend: Configuration.Backend) -> Configuration.Backend {
    guard networkScale != 1 || storageScale != 1 else { return backend }
    return Configuration.Backend(
      name: backend.name,
      nodes: backend.nodes.map { GPUServer(name: $0.name, type: $0.type.withNetwork(scaledBy: networkScale)) },
      storage: backend.storage.map { StorageServer(name: $0.name, network: $0.network.scaled(by: storageScale)) },
      labelledNodes: backend.labelledNodes, storagePreference: backend.storagePreference,
      serverlessLLMPool: backend.serverlessLLMPool, evictingModels: backend.evictingModels)
  }

  func applied(to deployment: ModelDeployment) -> ModelDeployment {
    guard objectiveScale != 1 else { return deployment }
    return ModelDeployment(
      name: deployment.name, schedulerSizeGB: deployment.schedulerSizeGB, weights: deployment.weights,
      slo: SLO(
        timeToFirstToken: deployment.slo.timeToFirstToken * objectiveScale,
        timePerOutputToken: deployment.slo.timePerOutputToken * objectiveScale),
      application: deployment.application)
  }

  func applied(to placement: any PlacementPolicy) -> any PlacementPolicy {
    guard let maxPipelineSize, let placement = placement as? SLOAwarePlacement else { return placement }
    return SLOAwarePlacement(maxPipelineSize: maxPipelineSize, rules: placement.rules)
  }

  func apply(to configuration: inout HydraServeConfiguration) {
    if let keepAlive { configuration.gracePeriod = keepAlive }
  }

  func apply(to configuration: inout ServerlessLLMConfiguration) {
    if let keepAlive { configuration.keepAliveRounds = max(1, Int(keepAlive.inSeconds.rounded())) }
  }
}

/// Which parts of a tuning a system takes in the end-to-end experiment.
extension ServingDeployment {
  /// The largest pipeline that a model's weights are divided for.
  public static let largestPipeline = ConfigurationBuilder.maxPipelineSize

  /// Whether the system chooses the size of its pipelines.
  public static func choosesPipelineSize(_ system: ServingSystem) -> Bool {
    placement(of: system, for: .endToEnd) is SLOAwarePlacement
  }

  /// Whether the system keeps whole models in host memory.
  public static func keepsModelsInHostMemory(_ system: ServingSystem) -> Bool {
    system.usesHostMemoryCache || system.gpuIsolation == .exclusive
  }
}

extension ServingDeployment {
  /// A system for the end-to-end experiment on machines of the caller's own.
  ///
  /// - Parameters:
  ///   - modelSet: the set of models that is deployed.
  ///   - nodes: the GPU servers, in the order in which placements look at them.
  ///   - storage: the storage servers.
  /// - Throws: ``UsageError`` when a model fits on none of the GPUs, ``ExperimentError`` when the storage servers do not
  ///   suffice.
  public init(
    _ system: ServingSystem, modelSet: String, nodes: [GPUServer], storage: [StorageServer], tuning: ServingTuning,
    configuration: Configuration, rules: ControlPlaneRules
  ) throws {
    let published = try configuration.backend(EndToEndSetting.backend)
    let backend = Configuration.Backend(
      name: "these servers", nodes: nodes, storage: storage, labelledNodes: nodes.map(\.name),
      storagePreference: published.storagePreference, serverlessLLMPool: published.serverlessLLMPool,
      evictingModels: [])
    try self.init(
      system, for: .endToEnd, modelSet: modelSet, evicting: [], backend: backend, configuration: configuration,
      rules: rules, tuning: tuning)
  }
}

extension InstanceType {
  fileprivate func withNetwork(scaledBy factor: Double) -> InstanceType {
    InstanceType(
      name: name, gpuType: gpuType, gpuCount: gpuCount, gpuMemoryGB: gpuMemoryGB, network: network.scaled(by: factor),
      hostMemoryGB: hostMemoryGB, virtualCPUs: virtualCPUs)
  }
}

extension Bandwidth {
  fileprivate func scaled(by factor: Double) -> Bandwidth {
    .gbps(inGbps * factor)
  }
}
