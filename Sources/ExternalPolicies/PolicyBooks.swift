import Policies
import Quantities
import Scheduling
import ServingModel

/// What a policy's program has set going: enough to refuse what cannot be done, to give workers their GPUs, and to write
/// down decisions as the built-in control planes do.
struct PolicyBooks {
  /// One instance.
  struct Instance {
    let deployment: DeploymentIndex
    let claims: [GPUClaim]
    let workers: [WorkerID]
    let createdAt: Timestamp
    /// Stages that are fetched from remote storage.
    let fetchedNodes: [Int]
    var isPrefetched = false
    var hasAddresses = false
    var isInitialising = false
    var uninitialised: Int
    var running = 0
    var isDeleted = false

    /// Whether it can serve.
    var isReady: Bool { uninitialised == 0 && !isDeleted }
  }

  /// One request that has not ended.
  struct OpenRequest {
    let deployment: DeploymentIndex
    let arrivedAt: Timestamp
    var instance: InstanceID?
    /// Whether its client has gone, so that nobody waits for an answer.
    var clientHasLeft = false
    /// Whether the engine has answered it with an error.
    var hasFailed = false
  }

  let settings: PolicySettings
  let usesHostMemoryCache: Bool
  /// Whether a worker has a whole GPU.
  let takesWholeGPUs: Bool
  var gpus: GPULedger
  var instances: [Instance] = []
  var requests: [RequestID: OpenRequest] = [:]
  var nextWorker: WorkerID = 0
  /// Workers on each node that have not been initialised and fetch their weights.
  var fetching: [Int]

  init(policy: ExternalPolicy, settings: PolicySettings) {
    self.settings = settings
    usesHostMemoryCache = policy.usesHostMemoryCache
    takesWholeGPUs = policy.gpuIsolation == .exclusive
    gpus = GPULedger(gpusPerNode: settings.nodes.map { ($0.type.gpuCount, $0.type.gpuMemoryGB) })
    fetching = settings.nodes.map { _ in 0 }
  }

  /// Free memory of every GPU, by node.
  var freeGB: [[Int]] { gpus.freeGB }

  // MARK: Events

  /// Notes what has happened before the program is told.
  mutating func note(_ event: ControlPlaneEvent, at now: Timestamp, into output: inout ControlPlaneOutput) {
    switch event {
    case .requestArrived(let request, let deployment):
      requests[request] = OpenRequest(deployment: deployment, arrivedAt: now)
    case .podsHaveAddresses(let instance): instances[instance].hasAddresses = true
    case .workerInitialised(let instance, rank: _): workerIsInitialised(instance, &output)
    case .instanceFailed(let instance, let reason):
      let deployment = instances[instance].deployment
      output.decisions.append(.instanceFailed(instance, deployment: deployment, reason: reason))
    case .requestFinished(let request, tokens: _): end(request)
    case .requestFailed(let request, reason: _):
      takeOff(request)
      requests[request]?.hasFailed = true
    case .clientLeft(let request):
      requests[request]?.clientHasLeft = true
      if requests[request]?.instance == nil { requests[request] = nil }
    case .podsGone(let instance, workers: _):
      gpus.release(instances[instance].claims)
      output.decisions.append(.releaseFinished(instance, pods: instances[instance].claims.map(\.podName)))
    case .started, .firstToken, .restLoaded, .kvCacheMigrated, .oldStageStopped, .cacheAnswered, .timer: break
    }
  }

  /// Whether an event is about an instance that the program has given up meanwhile, so that it need not know.
  func isOver(_ event: ControlPlaneEvent) -> Bool {
    switch event {
    case .podsHaveAddresses(let instance), .workerInitialised(let instance, rank: _):
      instances[instance].isDeleted
    default: false
    }
  }

  private mutating func workerIsInitialised(_ instance: InstanceID, _ output: inout ControlPlaneOutput) {
    guard !instances[instance].isDeleted else { return }
    instances[instance].uninitialised -= 1
    guard instances[instance].isReady else { return }
    stopFetching(instance)
    let (deployment, claims) = (instances[instance].deployment, instances[instance].claims)
    output.decisions.append(.instanceReady(instance, deployment: deployment, pods: claims.map(\.podName)))
    output.decisions.append(.costAdded(deployment: deployment, memoryGB: claims.map(\.askedGB)))
  }

  /// The fetches of an instance are over.
  mutating func stopFetching(_ instance: InstanceID) {
    for node in instances[instance].fetchedNodes { fetching[node] -= 1 }
  }

  /// Forgets a request that has ended.
  mutating func end(_ request: RequestID) {
    takeOff(request)
    requests[request] = nil
  }

  /// A request no longer runs on its instance.
  private mutating func takeOff(_ request: RequestID) {
    guard let instance = requests[request]?.instance else { return }
    instances[instance].running -= 1
    requests[request]?.instance = nil
  }
}
