import DequeModule
import Quantities
import ServingModel

/// The control plane of HydraServe and, with other placement rules, of Serverless vLLM and HydraServe's variants.
///
/// Each deployed model has a queue and a loop: requests go to instances that can serve; a shortfall starts new
/// instances, from host memory where a node holds the model; the loop then waits for the cold starts it began. A second
/// loop ends instances that have been idle for the grace period and begins the consolidation of pipelines. Everything is
/// kept in arrays in the order of creation, so the same events give the same commands.
///
/// - Source: the published scheduler's behaviour, as its traces show it (`scheduler_trace` of the golden data).
public struct HydraServeControlPlane: ControlPlane {
  /// One deployed model: its queue, its instances and what its loop is doing.
  struct Model: Sendable {
    var queue = Deque<RequestID>()
    /// Instances in order of creation; deleted ones stay until the loop meets them.
    var instances: [InstanceID] = []
    /// Cold starts that the loop waits for, in the order in which it began them.
    var awaitedColdStarts: [InstanceID] = []
    /// Instances that the loop has decided to start and for which it asks the nodes' storage agents.
    var cachedStart: CachedStart?
    /// Nodes noted as holding the model, in the order in which they were noted.
    var cachedOn: [Int] = []
    /// Whether a look at the queue is already due.
    var loopIsDue = false
    /// Whether the last look found no place for an instance.
    var waitsForCapacity = false
    var consecutiveFailures = 0
    var profile = ServingProfile.none
    var cost = CostAccount()
    var answeredTokens = 0
    /// The model's own grace period; `nil` for the configuration's.
    var gracePeriod: Duration?
  }

  let deployments: [ModelDeployment]
  let configuration: HydraServeConfiguration
  var network: ClusterNetworkLedger
  var gpus: GPULedger
  var models: [Model]
  var instances: [HydraInstance] = []
  /// Claims on GPU memory, by worker.
  var claims: [GPUClaim] = []
  /// When instances became idle, in the order of time; one that has worked since has a later entry.
  var idleInstances = Deque<IdleInstance>()
  /// Instances that have been idle for the shortest grace period and stay, because their model's is longer or others
  /// are to come out of them.
  var idleForLater: [InstanceID] = []
  /// The shortest grace period of any model.
  var shortestGracePeriod: Duration
  /// An instance that ended before its longer grace period was over because another model found no place.
  var reclaimedInstance: InstanceID?
  /// Pipelines that have become ready since the loop over the instances last looked.
  var newPipelines: [InstanceID] = []
  var requests: [RequestID: ActiveRequest] = [:]
  /// Models whose last look found no place, in the order in which that happened.
  var modelsWithoutCapacity: [DeploymentIndex] = []
  /// When the earliest pending retry of failed placements is due.
  var retryDue: Timestamp?
  /// The first request that was ever handed to an instance; its end starts the instance loop.
  var firstRequest: RequestID?
  var instanceLoopRuns = false

  /// A control plane for a cluster with nothing running on it.
  ///
  /// - Parameters:
  ///   - nodes: the GPU servers, in the order in which placement rules see them.
  ///   - deployments: the models that may be asked for.
  ///   - configuration: the numbers and the placement rule.
  public init(nodes: [GPUServer], deployments: [ModelDeployment], configuration: HydraServeConfiguration) {
    self.deployments = deployments
    self.configuration = configuration
    self.network = ClusterNetworkLedger(
      bandwidthsGbps: nodes.map(\.type.network.inGbps), rules: configuration.rules)
    self.gpus = GPULedger(gpusPerNode: nodes.map { ($0.type.gpuCount, $0.type.gpuMemoryGB) })
    self.models = Array(repeating: Model(), count: deployments.count)
    self.shortestGracePeriod = configuration.gracePeriod
  }

  /// Takes in what happened and appends what is to be done.
  public mutating func handle(
    _ event: ControlPlaneEvent, at now: Timestamp, into output: inout ControlPlaneOutput
  ) {
    switch event {
    case .started: break
    case .requestArrived(let request, let deployment): arrive(request, at: deployment, now, &output)
    case .podsHaveAddresses(let instance): initialise(instance, &output)
    case .workerInitialised(let instance, rank: _): workerIsInitialised(of: instance, now, &output)
    case .instanceFailed(let instance, let reason): fail(instance, reason: reason, now, &output)
    case .firstToken(let request): noteFirstToken(of: request, now)
    case .requestFinished(let request, let tokens): finish(request, tokens: tokens, now, &output)
    case .requestFailed(let request, let reason): fail(request: request, reason: reason, now, &output)
    case .clientLeft(let request): abandon(request, now, &output)
    case .podsGone(let instance, let workers): free(workers, of: instance, now, &output)
    case .restLoaded(let instance): restIsLoaded(for: instance, now, &output)
    case .kvCacheMigrated(let instance): kvCacheHasMoved(to: instance, now, &output)
    case .oldStageStopped(let instance): oldStageHasStopped(for: instance, now, &output)
    case .cacheAnswered(let deployment, let node, let answer):
      takeCacheAnswer(deployment, node: node, answer, now, &output)
    case .timer(let timer): goOff(timer, now, &output)
    }
  }

  private mutating func goOff(_ timer: ControlPlaneTimer, _ now: Timestamp, _ output: inout ControlPlaneOutput) {
    switch timer {
    case .modelLoop(let deployment): runLoop(of: deployment, now, &output)
    case .instanceLoop: runInstanceLoop(now, &output)
    case .consolidation(let instance): goOnConsolidating(instance, now, &output)
    case .cachedStart(let deployment): goOnStarting(deployment, now, &output)
    case .retryPlacement:
      retryDue = nil
      wakeModelsWithoutCapacity(now, &output)
    case .router, .autoscaler, .policy: preconditionFailure("HydraServe's control plane sets no such timer")
    }
  }

  /// The GPU memory that is free, in GB per GPU of every node; for invariants and reports.
  public var freeMemoryGB: [[Int]] {
    gpus.freeGB
  }

  /// Instances that have not been deleted, in order of creation.
  public var liveInstanceIDs: [InstanceID] {
    instances.indices.filter { instances[$0].state != .deleted }
  }

  /// What a model has cost until a moment, in GB·ms of GPU memory held.
  public func cost(of deployment: DeploymentIndex, at now: Timestamp) -> Double {
    models[deployment].cost.cost(at: now.inSeconds)
  }

  /// What has been observed of a model's requests on single-stage instances.
  public func profile(of deployment: DeploymentIndex) -> ServingProfile {
    models[deployment].profile
  }

  // MARK: Workers of an instance

  /// Pods of workers, in their order.
  func podNames(of workers: [WorkerID]) -> [String] {
    workers.map { claims[$0].podName }
  }

  /// What the cost account is charged for workers: the memory asked for, without the leftover that came with it.
  func billedMemoryGB(of workers: [WorkerID]) -> [Int] {
    workers.map { claims[$0].askedGB }
  }
}
