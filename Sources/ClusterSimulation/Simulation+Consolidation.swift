import Quantities
import Scheduling
import ServingModel

/// Consolidation: workers of a pipeline that come to serve alone.
extension Simulation {
  /// Moves the KV cache of an instance's requests to its first worker.
  mutating func migrate(_ instance: InstanceID, at now: Timestamp) {
    queue.schedule(.kvCacheMigrated(instance), at: now + cluster.hardware.kvMigration)
  }

  mutating func kvCacheHasMoved(_ instance: InstanceID, at now: Timestamp) {
    if !instances[instance].isDeleted, let first = instances[instance].workers.first {
      serve(instance, with: [first])
    }
    notify(.kvCacheMigrated(instance), at: now)
  }

  /// Ends a worker's old stage; it is an instance of its own from then on.
  mutating func stopOldStage(_ instance: InstanceID, worker: WorkerID, at now: Timestamp) {
    var state = SimulatedInstance(
      deployment: instances[workers[worker].instance].deployment, workers: [worker], startingWorkers: 0)
    state.connectedAt = now
    enter(state, as: instance)
    queue.schedule(.oldStageStopped(instance), at: now + cluster.hardware.oldStageStop)
  }

  mutating func oldStageHasStopped(_ instance: InstanceID, at now: Timestamp) {
    instances[instance].readyAt = now
    notify(.oldStageStopped(instance), at: now)
  }

  /// Has an instance go on with fewer workers; the others no longer share their GPUs with it.
  mutating func serve(_ instance: InstanceID, with kept: [WorkerID]) {
    let isBusy = !instances[instance].engine.isIdle
    if isBusy { changeBusyCount(of: instance, by: -1) }
    instances[instance].workers = kept
    if isBusy { changeBusyCount(of: instance, by: 1) }
  }
}
