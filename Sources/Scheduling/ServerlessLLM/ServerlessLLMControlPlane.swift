import DequeModule
import Quantities
import ServingModel

/// The control plane of the ServerlessLLM baseline.
///
/// Worker pods live as long as the deployment and give whole GPUs to instances. A loop a second compares the instances a
/// model has with the ones its outstanding requests want, starts at most one a round, and ends one after the keep-alive.
/// Instances start on the node with a free GPU that promises the shortest load, a copy in host memory before a fetch.
/// Each model's load balancer hands out one request after a pause, so what a client sees lies on the grid of that pause.
public struct ServerlessLLMControlPlane: ControlPlane {
  struct Model: Sendable {
    var queue = Deque<RequestID>()
    var starting: [InstanceID] = []
    var ready: [InstanceID] = []
    /// Requests that have arrived and not ended.
    var outstanding = 0
    var idleRounds = 0
    var roundRobin = 0
    var routerIsBusy = false
    var consecutiveFailures = 0
    /// Whether the model is among the active ones.
    var isListed = false

    /// Whether the autoscaler has anything to look at.
    var isActive: Bool { outstanding > 0 || !starting.isEmpty || !ready.isEmpty }
  }

  struct Instance: Sendable {
    let deployment: DeploymentIndex
    var claims: [GPUClaim] = []
    /// The worker's number, once it is placed.
    var worker: WorkerID?
    var running = 0
    var isDeleted = false
  }

  struct WorkerNode: Sendable {
    let network: Bandwidth
    let gpuMemoryGB: Int
    var pool: HostMemoryStore<String>
    /// When the fetches given to the node will have ended, as the scheduler estimates.
    var fetchesEnd = Timestamp.zero
  }

  struct ActiveRequest: Sendable {
    let deployment: DeploymentIndex
    let arrivedAt: Timestamp
    var instance: InstanceID?
  }

  let deployments: [ModelDeployment]
  let configuration: ServerlessLLMConfiguration
  var nodes: [WorkerNode]
  var gpus: GPULedger
  var models: [Model]
  var instances: [Instance] = []
  var requests: [RequestID: ActiveRequest] = [:]
  /// Instances that no node had a GPU for yet, oldest first.
  var unplaced: [InstanceID] = []
  /// Models with requests or instances, in the order in which they became active.
  var activeModels: [DeploymentIndex] = []
  var nextWorker: WorkerID = 0
  var startedAt = Timestamp.zero
  var autoscalerIsDue = false

  /// A control plane for worker pods with nothing loaded.
  public init(nodes: [GPUServer], deployments: [ModelDeployment], configuration: ServerlessLLMConfiguration) {
    precondition(configuration.workerNodes <= nodes.count, "worker pods need GPU servers")
    let workers = nodes.prefix(configuration.workerNodes)
    self.deployments = deployments
    self.configuration = configuration
    self.nodes = zip(workers, configuration.hostPool).map { server, pool in
      WorkerNode(
        network: server.type.network, gpuMemoryGB: server.type.gpuMemoryGB, pool: HostMemoryStore(capacity: pool))
    }
    self.gpus = GPULedger(gpusPerNode: workers.map { ($0.type.gpuCount, $0.type.gpuMemoryGB) })
    self.models = Array(repeating: Model(), count: deployments.count)
  }

  /// Takes in what happened and appends what is to be done.
  public mutating func handle(
    _ event: ControlPlaneEvent, at now: Timestamp, into output: inout ControlPlaneOutput
  ) {
    switch event {
    case .started: startedAt = now
    case .requestArrived(let request, let deployment): arrive(request, at: deployment, now, &output)
    case .podsHaveAddresses(let instance): initialise(instance, &output)
    case .workerInitialised(let instance, rank: _): becomeReady(instance, &output)
    case .instanceFailed(let instance, let reason): fail(instance, reason: reason, now, &output)
    case .firstToken: break
    case .requestFinished(let request, tokens: _): end(request, now, &output)
    case .requestFailed(let request, let reason): fail(request: request, reason: reason, now, &output)
    case .clientLeft(let request): abandon(request, now, &output)
    case .podsGone(let instance, workers: _): free(instance, &output)
    case .timer(.autoscaler): autoscale(now, &output)
    case .timer(.router(let deployment)): route(deployment, now, &output)
    case .restLoaded, .kvCacheMigrated, .oldStageStopped, .cacheAnswered, .timer:
      preconditionFailure("ServerlessLLM's control plane neither asks for this nor sets such a timer")
    }
  }

  /// The models that a node's host memory holds, least recently used first; for tests and reports.
  public func modelsInHostMemory(ofNode node: Int) -> [String] {
    nodes[node].pool.models
  }
}
