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
  var pinned: String?

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

/// Which worker a flow belongs to, by flow.
///
/// Flow ids grow without end, so the table keeps only those under way, in id order, and finds them by bisection.
struct FetchTable: Sendable {
  private var flows: [(flow: FlowID, worker: Int)] = []

  mutating func add(_ flow: FlowID, worker: Int) {
    flows.append((flow, worker))
  }

  func worker(of flow: FlowID) -> Int? {
    position(of: flow).map { flows[$0].worker }
  }

  mutating func remove(_ flow: FlowID) {
    if let position = position(of: flow) {
      flows.remove(at: position)
    }
  }

  /// The flows of a worker, in id order.
  func flows(of worker: Int) -> [FlowID] {
    flows.filter { $0.worker == worker }.map(\.flow)
  }

  private func position(of flow: FlowID) -> Int? {
    var low = 0
    var high = flows.count
    while low < high {
      let middle = (low + high) / 2
      if flows[middle].flow < flow { low = middle + 1 } else { high = middle }
    }
    return low < flows.count && flows[low].flow == flow ? low : nil
  }
}
