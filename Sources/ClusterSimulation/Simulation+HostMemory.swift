import Quantities
import Scheduling
import ServingModel

/// The nodes' host-memory stores: whole models that stay after their fetch, so that later instances start from there.
extension Simulation {
  /// Keeps a model that a storage agent fetches whole, if the store has room; it is not evicted while it is in use.
  mutating func keepInHostMemory(_ instance: InstanceID, onNodeOf worker: WorkerID) {
    guard cluster.hostStores != nil, instances[instance].workers.count == 1 else { return }
    let node = workers[worker].node
    let model = instances[instance].deployment
    if case .refused = hostStores[node].insert(model: model, bytes: cluster.models[model].bytes) { return }
    hostStores[node].pin(model)
    workers[worker].pinned = model
  }

  /// Holds a model in host memory while an instance that starts from there loads it.
  ///
  /// - Returns: whether the model is there; it may have been evicted since the storage agent was asked.
  mutating func useHostMemory(of model: DeploymentIndex, by worker: WorkerID) -> Bool {
    let node = workers[worker].node
    guard cluster.hostStores != nil else { return true }  // the control plane keeps the books itself
    guard hostStores[node].contains(model) else { return false }
    hostStores[node].touch(model)
    hostStores[node].pin(model)
    workers[worker].pinned = model
    return true
  }

  /// Lets a model be evicted again, as far as a worker is concerned.
  mutating func releaseFromHostMemory(_ worker: WorkerID) {
    guard let model = workers[worker].pinned else { return }
    workers[worker].pinned = nil
    hostStores[workers[worker].node].unpin(model)
  }

  /// Has a storage agent answer whether it holds a model.
  mutating func askCache(_ deployment: DeploymentIndex, node: Int, at now: Timestamp) {
    queue.schedule(.cacheAnswered(deployment, node: node), at: now + cluster.hardware.cacheQuery)
  }

  mutating func answerCacheQuery(_ deployment: DeploymentIndex, node: Int, at now: Timestamp) {
    let isHeld = hostStores[node].contains(deployment)
    notify(.cacheAnswered(deployment: deployment, node: node, isHeld ? .held : .evicted), at: now)
  }
}
