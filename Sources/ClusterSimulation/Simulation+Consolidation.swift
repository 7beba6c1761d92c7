import Quantities
import Scheduling
import ServingModel

/// Consolidation: workers of a pipeline that come to serve alone.
extension Simulation {
  /// Moves the KV cache of an instance's requests to its first worker.
  ///
  /// What the other stages hold of it travels to the first worker's node and shares that node's link with fetches.
  mutating func migrate(_ instance: InstanceID, at now: Timestamp) {
    let state = instances[instance]
    let tokens = state.engine.heldTokens
    let others = state.workers.count - 1
    let perToken = cluster.models[state.deployment].keyValueBytesPerToken.bytes
    let bytes = perToken * Int64(tokens) * Int64(others) / Int64(state.workers.count)
    guard bytes > 0, !state.isDeleted else {
      queue.schedule(.kvCacheMigrated(instance), at: now + cluster.hardware.kvMigration)
      return
    }
    let flow = links.start(bytes: .bytes(bytes), over: [workers[state.workers[0]].node], at: now)
    migrations.append((flow, instance))
    ratesHaveChanged(at: now)
  }

  /// Ends a migration whose bytes have arrived; the engine goes on with them a fixed time later.
  ///
  /// - Returns: whether the flow was a migration's.
  mutating func migrationArrived(_ flow: FlowID, at now: Timestamp) -> Bool {
    guard let position = migrations.firstIndex(where: { $0.flow == flow }) else { return false }
    let (_, instance) = migrations.remove(at: position)
    links.complete(flow, at: now)
    queue.schedule(.kvCacheMigrated(instance), at: now + cluster.hardware.kvMigration)
    ratesHaveChanged(at: now)
    return true
  }

  /// Gives up the migration of an instance that is deleted; the control plane, which waits for it, is told.
  mutating func cancelMigration(of instance: InstanceID, at now: Timestamp) {
    guard let position = migrations.firstIndex(where: { $0.instance == instance }) else { return }
    links.cancel(migrations.remove(at: position).flow, at: now)
    queue.schedule(.kvCacheMigrated(instance), at: now)
    ratesHaveChanged(at: now)
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
    sizeCache(of: instance)
    notify(.oldStageStopped(instance), at: now)
  }

  /// Has an instance go on with fewer workers; the others no longer share their GPUs with it.
  mutating func serve(_ instance: InstanceID, with kept: [WorkerID]) {
    let isBusy = !instances[instance].engine.isIdle
    if isBusy { changeBusyCount(of: instance, by: -1) }
    instances[instance].workers = kept
    sizeCache(of: instance)
    if isBusy { changeBusyCount(of: instance, by: 1) }
  }
}
