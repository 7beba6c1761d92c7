import KubernetesClient
import WireProtocols

/// Turns watches into news, each told once.
protocol WatchBoard {
  /// A watch begins, perhaps after another has ended: what it does not tell of is gone.
  mutating func begin()
  /// Takes what the watch tells.
  mutating func take(_ event: WatchEvent) -> [WorkerPodNews]
}

/// Turns watches of pods into news of workers.
struct WorkerPodBoard: WatchBoard {
  private struct Pod {
    var worker: String
    var address: String?
    var trouble: String?
    var restarts = 0
    var hasEnded = false
  }

  /// By identity: a pod that is made anew is another one.
  private var pods: [String: Pod] = [:]
  /// Those that the watch has told of.
  private var seen: Set<String> = []

  mutating func begin() {
    seen = []
  }

  mutating func take(_ event: WatchEvent) -> [WorkerPodNews] {
    switch event {
    case .added(let object), .changed(let object): return changed(object)
    case .removed(let object): return removed(object.uid, because: PodTrouble.reason(of: object))
    case .trouble(let reason): return [.clusterTrouble(reason)]
    case .complete: return pods.keys.sorted().filter { !seen.contains($0) }.flatMap { removed($0, because: nil) }
    }
  }

  private mutating func changed(_ object: KubernetesObject) -> [WorkerPodNews] {
    guard let worker = object.label("app") else { return [] }
    seen.insert(object.uid)
    var pod = pods[object.uid] ?? Pod(worker: worker)
    defer { pods[object.uid] = pod }
    guard !pod.hasEnded else { return [] }
    let phase = object["status", "phase"]?.string
    if phase == "Failed" || phase == "Succeeded" {
      pod.hasEnded = true
      return [.ended(worker: worker, reason: PodTrouble.reason(of: object) ?? "it ended by itself")]
    }
    var news: [WorkerPodNews] = []
    let restarts = PodTrouble.restarts(of: object)
    if restarts > pod.restarts {
      news.append(.restarted(worker: worker, reason: PodTrouble.lastEnd(of: object) ?? "its container ended"))
    }
    pod.restarts = restarts
    if let reason = PodTrouble.reason(of: object) {
      guard reason != pod.trouble else { return news }
      pod.trouble = reason
      return news + [.trouble(worker: worker, reason: reason)]
    }
    let wasInTrouble = pod.trouble != nil
    pod.trouble = nil
    guard phase == "Running", let address = object["status", "podIP"]?.string, !address.isEmpty,
      address != pod.address || wasInTrouble
    else { return news }
    pod.address = address
    return news + [.running(worker: worker, address: address)]
  }

  private mutating func removed(_ uid: String, because reason: String?) -> [WorkerPodNews] {
    guard let pod = pods.removeValue(forKey: uid), !pod.hasEnded else { return [] }
    return [.ended(worker: pod.worker, reason: reason ?? "it was deleted")]
  }
}

/// Turns watches of Deployments into news of what is gone.
struct DeploymentBoard: WatchBoard {
  /// Names of workers by the identity of their Deployments.
  private var known: [String: String] = [:]
  private var seen: Set<String> = []

  mutating func begin() {
    seen = []
  }

  mutating func take(_ event: WatchEvent) -> [WorkerPodNews] {
    switch event {
    case .added(let object), .changed(let object):
      known[object.uid] = object.name
      seen.insert(object.uid)
      return []
    case .removed(let object): return removed(object.uid)
    case .trouble(let reason): return [.clusterTrouble(reason)]
    case .complete: return known.keys.sorted().filter { !seen.contains($0) }.flatMap { removed($0) }
    }
  }

  private mutating func removed(_ uid: String) -> [WorkerPodNews] {
    known.removeValue(forKey: uid).map { [.gone(worker: $0)] } ?? []
  }
}
