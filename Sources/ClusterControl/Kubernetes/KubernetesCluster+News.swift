import KubernetesDeployment
import NIOCore
import Scheduling
import ServingModel

/// What the watch of a run's pods tells, and what follows from it.
extension KubernetesCluster {
  func take(_ news: WorkerPodNews) {
    switch news {
    case .running(let name, let address): runs(name, at: address)
    case .trouble(let name, let reason): isInTrouble(name, reason)
    case .restarted(let name, let reason), .ended(let name, let reason):
      if let worker = workers[name] { return giveUp(worker, reason) }
      storageIsLost(name, reason)
    case .gone(let name):
      guard let worker = workers[name] else { return }
      guard fleet.workers[worker]?.isDeleted == true else { return giveUp(worker, "somebody has deleted it") }
      gone(worker)
    case .clusterTrouble(let reason): serving.note(reason)
    }
  }

  /// An agent that is made anew is found at its new address. What agents were told of remote storage stays as it was.
  private func storageIsLost(_ name: String, _ reason: String) {
    if agent(name) != nil {
      serving.note("Storage agent \(name) was lost: \(reason).")
    } else if serving.storage.indices.contains(where: { StorageDeployment.remoteName($0) == name }) {
      serving.note(
        "Remote storage \(name) was lost: \(reason); if it comes back at another address, stop the server and start it "
          + "again.")
    }
  }

  private func runs(_ name: String, at address: String) {
    guard let worker = workers[name], let known = fleet.workers[worker] else {
      if let node = agent(name) { agents.byNode[node] = address }
      return
    }
    troubles[worker] = nil
    guard known.address == nil, !known.isDeleted, !known.hasEnded else { return }
    fleet.workers[worker]?.address = serving.reach(address, ManifestSettings.workerPort)
    fleet.workers[worker]?.peerAddress = address
    awaited[known.instance]?.remove(worker)
    guard awaited[known.instance]?.isEmpty == true else { return }
    awaited[known.instance] = nil
    fleet.tell(.event(.podsHaveAddresses(known.instance)))
  }

  /// Trouble may pass: an image server that was busy, memory of a GPU that is just being freed. After a while it counts.
  private func isInTrouble(_ name: String, _ reason: String) {
    guard let worker = workers[name], fleet.workers[worker]?.isDeleted == false else {
      if workers[name] == nil { serving.note("Pod \(name): \(reason).") }
      return
    }
    let isNew = troubles[worker] == nil
    troubles[worker] = reason
    serving.note("Pod \(name): \(reason).")
    guard isNew else { return }
    eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(serving.limits.trouble)) { [self] in
      if let reason = troubles[worker] { giveUp(worker, reason) }
    }
  }

  /// The node whose storage agent has a name.
  private func agent(_ name: String) -> Int? {
    serving.nodes.indices.first { StorageDeployment.localName($0) == name }
  }
}
