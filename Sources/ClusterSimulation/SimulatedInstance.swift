import Quantities
import Scheduling
import ServingModel

/// The simulated side of an instance: its workers and its engine.
struct SimulatedInstance: Sendable {
  let deployment: DeploymentIndex
  /// Its workers in rank order, as indices into the simulation's workers.
  var workers: [WorkerID]
  /// Workers whose engine does not run yet.
  var startingWorkers: Int
  /// Whether the control plane has asked it to initialise.
  var mayInitialise = false
  /// When all stages were connected.
  var connectedAt: Timestamp?
  /// When the control plane was told that it can serve.
  var readyAt: Timestamp?
  var isDeleted = false
  var engine = Engine()
}

/// The simulated side of a worker: what it has got through of its cold start.
struct SimulatedWorker: Sendable {
  let instance: InstanceID
  let specification: WorkerSpecification
  /// Weights of its stage.
  let bytes: ByteCount
  let createdAt: Timestamp
  /// Whether its weights are in host memory from the beginning.
  var startsFromHostMemory = false
  /// When its process ran with libraries and CUDA context.
  var startedAt: Timestamp?
  /// The weights that are on their way to it.
  var transfer: Transfer?
  /// Bytes of its stage that have reached host memory, counted by the links; `nil` before all have.
  var fetchedBytes: Double?
  var loadStart: Timestamp?
  var loadEnd: Timestamp?
  var isDeleted = false
  /// Whether its pod is gone and its memory free.
  var isGone = false
  /// The model that it keeps from being evicted from its node's host memory.
  var pinned: DeploymentIndex?

  var node: Int { specification.claim.node }
}

/// Weights on their way to a worker: from remote storage to host memory and, streamed behind, to the GPU.
struct Transfer: Hashable, Sendable {
  /// What the weights are for.
  enum Purpose: Hashable, Sendable {
    /// The worker's stage, in its cold start.
    case stage
    /// The rest of the model, so that the worker can serve alone as an instance.
    case rest(InstanceID)
  }

  let purpose: Purpose
  let bytes: ByteCount
  let start: Timestamp
  /// Flows that carry the weights and have not arrived.
  var openFlows = 0
  /// Bytes that arrived by flows that have ended.
  var arrivedBytes = 0.0
  /// Earliest end of a load that follows the fetch, as far as it can be told: grows as rates change; `nil` before the
  /// load begins.
  var earliestLoadEnd: Timestamp?
}

/// Which worker a flow belongs to, by flow, and which flows belong to a worker.
///
/// The links use the slot of a flow that has ended again, so the table has a place for each slot.
struct FetchTable: Sendable {
  /// The flow of each slot and its worker; `nil` where none is under way.
  private var slots: [(flow: FlowID, worker: Int)?] = []
  /// The flows of each worker, in id order.
  private var flowsOfWorkers: [[FlowID]] = []

  mutating func add(_ flow: FlowID, worker: Int) {
    while slots.count <= flow.slot { slots.append(nil) }
    while flowsOfWorkers.count <= worker { flowsOfWorkers.append([]) }
    slots[flow.slot] = (flow, worker)
    flowsOfWorkers[worker].append(flow)
  }

  func worker(of flow: FlowID) -> Int? {
    guard flow.slot < slots.count, let entry = slots[flow.slot], entry.flow == flow else { return nil }
    return entry.worker
  }

  mutating func remove(_ flow: FlowID) {
    guard let worker = worker(of: flow) else { return }
    slots[flow.slot] = nil
    flowsOfWorkers[worker].removeAll { $0 == flow }
    // An empty array of its own would keep its memory for the rest of the run.
    if flowsOfWorkers[worker].isEmpty { flowsOfWorkers[worker] = [] }
  }

  /// The flows of a worker, in id order.
  func flows(of worker: Int) -> [FlowID] {
    worker < flowsOfWorkers.count ? flowsOfWorkers[worker] : []
  }
}
