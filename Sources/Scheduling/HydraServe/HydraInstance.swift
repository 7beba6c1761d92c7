import Quantities
import ServingModel

/// One serving group of the HydraServe control plane: pipeline stages on slices of GPUs.
struct HydraInstance: Sendable {
  /// Where the instance is in its life.
  enum State: Hashable, Sendable {
    case starting
    case ready
    case deleted
  }

  let deployment: DeploymentIndex
  /// Stages it has now; 1 once it is consolidated.
  var pipelineSize: Int
  let willConsolidate: Bool
  /// Its workers in rank order; the further full-memory ones and the surplus leave while it consolidates.
  var workers: [WorkerID]
  /// Nodes of its workers as it was placed, in rank order.
  let nodes: [Int]
  /// Claims on the nodes' bandwidth, one a node; empty when nothing is fetched.
  let networkClaims: [Int]
  var state = State.starting
  /// Workers that have not answered their initialisation.
  var uninitialisedWorkers: Int
  /// Requests that the engine holds.
  var running = 0
  /// Those of them that were handed over while it was a pipeline.
  var runningFromPipeline = 0
  /// When it last became idle, or ready; of no meaning while it runs something.
  var idleSince: Timestamp
  /// What the instance, or the worker that is to become it, is doing to serve alone.
  var consolidation: Consolidation?
  /// Instances that its further full-memory workers are to become.
  var children: [InstanceID] = []
  /// Surplus workers whose memory has not come back.
  var workersBeingReleased = 0

  /// Whether the instance may begin to consolidate.
  var mayConsolidate: Bool {
    state == .ready && pipelineSize > 1 && willConsolidate && consolidation == nil
  }
}

/// An instance that became idle, or ready, at a moment.
struct IdleInstance: Sendable {
  let instance: InstanceID
  let since: Timestamp
}

/// How far a worker has come on the way from a stage of a pipeline to an instance of its own.
struct Consolidation: Sendable {
  enum Phase: Hashable, Sendable {
    /// Waits until its node's bandwidth may be claimed.
    case waitsForNetwork
    /// Loads the rest of the model.
    case loadsRest
    /// The first worker waits until all nodes may be claimed, or no request from the pipeline is left.
    case waitsForMigration
    /// The KV cache of the pipeline's requests moves to the first worker.
    case migrates
    /// The first worker serves alone; surplus workers and children are not done yet.
    case handsOver
    /// A further worker waits until the first one serves alone.
    case waitsForOriginal
    /// A further worker stops serving its old stage.
    case stopsOldStage
  }

  /// The pipeline that the worker is a stage of.
  let original: InstanceID
  /// The worker.
  let worker: WorkerID
  /// Its position in the pipeline.
  let rank: Int
  /// Size of the pipeline when the consolidation began.
  let pipelineSize: Int
  var phase = Phase.waitsForNetwork
  /// The claim on its node's bandwidth.
  var networkClaim: Int?
}

/// A request that the control plane has accepted and not yet seen the end of.
struct ActiveRequest: Sendable {
  let deployment: DeploymentIndex
  let arrivedAt: Timestamp
  /// The instance that runs it; `nil` while it waits.
  var instance: InstanceID?
  /// When it was handed to the engine.
  var forwardedAt: Timestamp?
  /// Points of the model's profile when it was handed over; `nil` for a request that met a pipeline, which is not
  /// profiled.
  var profilePointsAtStart: Int?
  /// Time from hand-over to first token.
  var prefill: Duration?
}
