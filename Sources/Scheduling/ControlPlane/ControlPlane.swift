import Quantities
import ServingModel

/// What every serving system implements: events in, commands out.
///
/// The whole scheduling logic is behind this one entry. It has no clock, no randomness, no input or output and no
/// `async`: the same value drives the simulated, the local and the Kubernetes cluster, which carry out its commands and
/// report what happened as events. A third party adds a policy by writing one more type (or, for another placement rule
/// alone, one more ``PlacementPolicy``).
public protocol ControlPlane: Sendable {
  /// Takes in what happened and appends what is to be done.
  ///
  /// - Parameters:
  ///   - event: what happened.
  ///   - now: when; never earlier than at the call before.
  ///   - output: commands and decisions are appended in the order in which they are to be carried out and recorded.
  mutating func handle(_ event: ControlPlaneEvent, at now: Timestamp, into output: inout ControlPlaneOutput)

  /// Why what it has decided must not be kept, in one sentence; `nil` unless it depends on something that can fail.
  var failure: String? { get }
}

extension ControlPlane {
  /// Nothing in it can fail.
  public var failure: String? { nil }
}

/// The number of an instance, counted from 0 in order of creation and never reused.
public typealias InstanceID = Int

/// The number of a worker, counted from 0 in order of creation and never reused; it stays the same when the worker
/// leaves its pipeline and serves as an instance of its own.
public typealias WorkerID = Int

/// What a node's storage agent says of a model.
public enum CacheAnswer: String, Hashable, Sendable {
  /// The whole model is in host memory.
  case held
  /// It was there and has been evicted.
  case evicted
  /// It was never there.
  case unknown
}

/// Something that happened, as a cluster or a client reports it to the control plane.
public enum ControlPlaneEvent: Hashable, Sendable {
  /// The cluster is up and the control plane may begin; sent once, first.
  case started
  /// A request reached the endpoint.
  case requestArrived(RequestID, deployment: DeploymentIndex)
  /// Every pod of an instance has an address.
  case podsHaveAddresses(InstanceID)
  /// A worker of an instance answered its initialisation: its weights are loaded and its engine runs.
  case workerInitialised(InstanceID, rank: Int)
  /// An instance cannot be started or has died; the reason is the cluster's own sentence.
  case instanceFailed(InstanceID, reason: String)
  /// The first token of an answer left the engine.
  case firstToken(RequestID)
  /// An answer is complete, with its length in tokens.
  case requestFinished(RequestID, tokens: Int)
  /// The engine answered a request with an error.
  case requestFailed(RequestID, reason: String)
  /// The client of a request went away.
  case clientLeft(RequestID)
  /// Pods of an instance that were to be deleted are gone.
  case podsGone(InstanceID, workers: [WorkerID])
  /// The worker that is to serve alone as an instance has the rest of the model, or was deleted meanwhile.
  case restLoaded(InstanceID)
  /// The KV cache of an instance's requests is on its first worker.
  case kvCacheMigrated(InstanceID)
  /// The worker that is to serve alone as an instance has stopped serving its old stage.
  case oldStageStopped(InstanceID)
  /// A node's storage agent said whether it holds a model.
  case cacheAnswered(deployment: DeploymentIndex, node: Int, CacheAnswer)
  /// A timer that the control plane had set went off.
  case timer(ControlPlaneTimer)
}

/// A timer that a control plane sets for itself.
public enum ControlPlaneTimer: Hashable, Sendable {
  /// Look at the queue of a model.
  case modelLoop(DeploymentIndex)
  /// Look at all instances: idle ones end.
  case instanceLoop
  /// Go on with the consolidation of an instance, or of the one that it is to become.
  case consolidation(InstanceID)
  /// Try again to claim the GPU memory of a node that holds a model.
  case cachedStart(DeploymentIndex)
  /// Try again the placements that failed: capacity has changed by the mere passing of time.
  case retryPlacement
  /// Hand out the next request of a model (ServerlessLLM's load balancer).
  case router(DeploymentIndex)
  /// Compare wanted with running instances (ServerlessLLM's autoscaler).
  case autoscaler
  /// A timer of an own policy, by a number of its choice.
  case policy(Int)
}

/// Where a worker's weights come from.
public enum WeightSource: String, Hashable, Sendable {
  /// The remote storage server that the node is assigned to.
  case remoteStorage = "remote_storage"
  /// The node's own host memory.
  case hostMemory = "host_memory"
}

/// One worker to be created: a pod with a slice of a GPU.
public struct WorkerSpecification: Hashable, Sendable {
  /// The worker's number.
  public let id: WorkerID
  /// Position in the pipeline, from 0.
  public let rank: Int
  /// The claim on the GPU's memory, with the pod's name and its node.
  public let claim: GPUClaim
  /// Where its weights come from.
  public let source: WeightSource

  /// A worker at a rank, on the claimed slice of a GPU.
  public init(id: WorkerID, rank: Int, claim: GPUClaim, source: WeightSource) {
    self.id = id
    self.rank = rank
    self.claim = claim
    self.source = source
  }
}

/// Something that a cluster is to do.
public enum Command: Hashable, Sendable {
  /// Tell a node's storage agent to fetch the weights of one stage into host memory.
  case prefetch(InstanceID, deployment: DeploymentIndex, rank: Int, pipelineSize: Int, node: Int)
  /// Create the pods of an instance, in rank order.
  case createPods(InstanceID, deployment: DeploymentIndex, workers: [WorkerSpecification])
  /// Ask every worker of an instance to initialise.
  case initialise(InstanceID)
  /// Hand a request to an instance.
  case forward(RequestID, to: InstanceID)
  /// Drop a request from the engine that runs it; its client is gone.
  case abandon(RequestID, on: InstanceID)
  /// Delete pods of an instance.
  case deletePods(InstanceID, workers: [WorkerID])
  /// Have a worker load the part of the model that it does not hold, so that it can serve alone as an instance.
  case loadRest(InstanceID, deployment: DeploymentIndex, worker: WorkerID)
  /// Move the KV cache of an instance's requests to its first worker.
  case migrate(InstanceID, coldStartRequests: Int)
  /// Have a worker stop serving its old stage; it serves as an instance of its own from then on.
  case stopOldStage(InstanceID, worker: WorkerID)
  /// Ask a node's storage agent whether it holds a model.
  case askCache(deployment: DeploymentIndex, node: Int)
  /// Answer a request with an error.
  case answerWithError(RequestID, reason: String)
  /// Report the timer at a moment, not earlier than now.
  case setTimer(ControlPlaneTimer, at: Timestamp)
}

/// What a control plane appends to while it handles an event.
public struct ControlPlaneOutput: Sendable {
  /// What the cluster is to do, in order.
  public var commands: [Command] = []
  /// What was decided, in order, for the record.
  public var decisions: [Decision] = []

  /// Nothing to do, nothing decided.
  public init() {}

  /// Forgets everything but keeps the room, for the next event.
  public mutating func removeAll() {
    commands.removeAll(keepingCapacity: true)
    decisions.removeAll(keepingCapacity: true)
  }
}
