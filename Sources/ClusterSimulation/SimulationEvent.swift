import Scheduling
import ServingModel

/// Something that is due at a moment of virtual time.
enum SimulationEvent: Sendable {
  /// A client sends a request: an index into the list of scheduled ones.
  case send(Int)
  /// A timer of the control plane goes off.
  case control(ControlPlaneTimer)
  /// Every pod of an instance has an address.
  case podsHaveAddresses(InstanceID)
  /// A worker's start has come to its end: its process runs with libraries and CUDA context.
  case workerStarted(WorkerID)
  /// A worker's weights are on its GPU.
  case weightsLoaded(WorkerID)
  /// A worker's engine runs.
  case engineRuns(WorkerID)
  /// The stages of an instance are connected.
  case pipelineConnected(InstanceID)
  /// The earliest flow has arrived, unless rates have changed since.
  case flowArrived(version: Int)
  /// A step of an instance's engine ends, unless the engine has been stopped since.
  case stepEnded(InstanceID)
  /// A token reaches the client: the first one of a request, or the last one.
  case firstTokenDelivered(RequestID)
  case answerDelivered(RequestID)
  /// Pods of an instance are gone: an index into the list of deletions. No event owns memory, so moving one is cheap.
  case podsGone(InstanceID, deletion: Int)
  /// The worker that is to become an instance has the rest of its model, or was deleted meanwhile.
  case restLoaded(InstanceID)
  /// The KV cache of an instance's requests is on its first worker.
  case kvCacheMigrated(InstanceID)
  /// The worker that is to become an instance no longer serves its old stage.
  case oldStageStopped(InstanceID)
  /// A storage agent answers whether it holds a model.
  case cacheAnswered(DeploymentIndex, node: Int)
  /// The control plane has time for the commands that have waited longest.
  case deferredCommands
  /// A client has lost its patience.
  case clientLeaves(RequestID)
}
