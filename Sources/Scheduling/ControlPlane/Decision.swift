import Quantities
import ServingModel

/// Something the control plane decided or noted, as it is written to `events.jsonl` and compared with the published
/// scheduler's own traces.
public enum Decision: Hashable, Sendable {
  /// An instance was created; it cannot serve yet.
  case instanceCreated(InstanceID, deployment: DeploymentIndex, pipelineSize: Int, willConsolidate: Bool)
  /// Bandwidth of nodes was claimed for fetching a model (the whole model's GB), with the time the fetch may take.
  case networkClaimed(nodes: [Int], sizeGB: Double, sloMilliseconds: Double)
  /// Bandwidth of nodes was given back.
  case networkReleased(nodes: [Int])
  /// GPU memory was claimed and pods were asked for.
  case podsRequested(InstanceID, deployment: DeploymentIndex, plan: PlacementPlan, claims: [GPUClaim])
  /// An instance can serve.
  case instanceReady(InstanceID, deployment: DeploymentIndex, pods: [String])
  /// An instance could not be started, or died.
  case instanceFailed(InstanceID, deployment: DeploymentIndex, reason: String)
  /// Memory was added to the cost account of a model.
  case costAdded(deployment: DeploymentIndex, memoryGB: [Int])
  /// Memory was taken off the cost account of a model.
  case costRemoved(deployment: DeploymentIndex, memoryGB: [Int])
  /// A request was given to an instance that was running so many requests before.
  case requestAllocated(RequestID, to: InstanceID, waited: Duration, pipelineSize: Int, runningBefore: Int)
  /// The loop that looks at all instances runs from now on.
  case instanceLoopStarted
  /// An idle instance ends; its pods are to be deleted.
  case releaseStarted(InstanceID, pods: [String])
  /// The pods of an instance are gone and its memory is free.
  case releaseFinished(InstanceID, pods: [String])
  /// A pipeline begins to become instances of one worker each; the memory of its stages.
  case consolidationStarted(InstanceID, pipelineSize: Int, memoryGB: [Int])
  /// A worker is to load the rest of its model, so that it can serve alone as an instance.
  case restRequested(InstanceID, deployment: DeploymentIndex, pod: String, rank: Int, pipelineSize: Int, node: Int)
  /// The whole bandwidth of nodes was claimed for moving a KV cache.
  case networkClaimedExclusively(nodes: [Int])
  /// The KV cache of requests that began on a pipeline is to be moved to its first worker.
  case migrationRequested(InstanceID, pod: String, coldStartRequests: Int)
  /// A worker is to stop serving its old stage.
  case oldStageStopRequested(InstanceID, pod: String)
  /// A consolidation has ended, or its instance has been deleted meanwhile.
  case consolidationEnded(InstanceID, pipelineSize: Int, wasDeleted: Bool)
  /// A node will hold a whole model in host memory.
  case cacheNoted(deployment: DeploymentIndex, node: Int)
  /// A node's storage agent said whether it holds a model.
  case cacheAnswered(deployment: DeploymentIndex, node: Int, CacheAnswer)
}
