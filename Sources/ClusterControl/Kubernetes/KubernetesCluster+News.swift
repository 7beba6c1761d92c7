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

  private func storageIsLost(_ name: String, _ reason: String) {
    if agent(name) != nil {
      serving.note("Storage agent \(name) was lost: \(reason).")
    } else if store(name) != nil {
      serving.note("Remote storage \(name) was lost: \(reason).")
    }
  }

  /// Storage that was made anew is found at its new address.
  private func storageRuns(_ name: String, at address: String) {
    if let node = agent(name) {
      storage.agents[node] = address
    } else if let store = store(name), storage.stores[store] != address {
      storage.stores[store] = address
      serving.note("Remote storage \(name) is at \(address) now; storage agents that fetch from it are started again.")
      tellAgents()
    }
  }

  /// Applies the agents' Deployments again: those that are told another address than before get new pods.
  private func tellAgents() {
    let (serving, stores, earlier) = (serving, storage.stores, repairing)
    repairing = Task {
      await earlier?.value
      do {
        for agent in try serving.storageAgents(storesAt: stores) { try await serving.client.apply(agent) }
      } catch {
        serving.note("\(error) Storage agents do not know where remote storage is; stop the server and start it again.")
      }
    }
  }

  private func runs(_ name: String, at address: String) {
    guard let worker = workers[name], let known = fleet.workers[worker] else {
      return storageRuns(name, at: address)
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

  /// The storage server whose name it is.
  private func store(_ name: String) -> Int? {
    serving.storage.indices.first { StorageDeployment.remoteName($0) == name }
  }
}
