import KubernetesClient
import Scheduling
import ServingModel

/// The pods of workers: made and deleted one by one, and watched, not polled.
public struct WorkerPods: Sendable {
  private let client: KubernetesClient
  private let settings: ManifestSettings

  /// The workers of a run.
  public init(client: KubernetesClient, settings: ManifestSettings) {
    self.client = client
    self.settings = settings
  }

  /// Orders a worker.
  ///
  /// - Parameters:
  ///   - pod: what it is told and may use; its name is the worker's.
  ///   - node: the name of the node that it must run on.
  ///   - isolation: whether it gets a slice of a GPU or a whole one.
  /// - Throws: `KubernetesError`, ``DeploymentError``.
  public func create(_ pod: WorkerPodEnvironment, on node: String, _ isolation: GPUIsolation = .shared) async throws {
    try await client.apply(try settings.worker(pod, on: node, isolation))
  }

  /// Orders the end of a worker; ``news()`` tells when it is gone.
  ///
  /// - Throws: `KubernetesError`.
  public func delete(_ worker: String) async throws {
    try await client.delete(
      .deployments, worker, namespace: settings.namespace, KubernetesClient.Deletion(graceSeconds: 0))
  }

  /// What becomes of the pods of the run, for as long as somebody reads.
  ///
  /// - Throws (from the stream): what `KubernetesClient.watch` throws.
  public func news() -> AsyncThrowingStream<WorkerPodNews, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task { [client, settings] in
        do {
          var board = WorkerPodBoard()
          for try await event in client.watch(
            .pods, namespace: settings.namespace, selector: try settings.labels.selector)
          {
            for news in board.take(event) { continuation.yield(news) }
          }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}

/// What has become of a worker's pod.
public enum WorkerPodNews: Hashable, Sendable {
  /// It runs and has an address.
  case running(worker: String, address: String)
  /// It does not come up, for this reason; it may yet.
  case trouble(worker: String, reason: String)
  /// It is gone or has failed and will not come back; a Deployment may make another.
  case ended(worker: String, reason: String)
  /// The API server does not answer as it should.
  case clusterTrouble(String)
}

/// Turns a watch of pods into news of workers, each told once.
struct WorkerPodBoard {
  private struct Pod {
    var address: String?
    var trouble: String?
    var hasEnded = false
  }

  /// By identity: a pod that is made anew is another one.
  private var pods: [String: Pod] = [:]

  mutating func take(_ event: WatchEvent) -> [WorkerPodNews] {
    switch event {
    case .added(let object), .changed(let object): return changed(object)
    case .removed(let object): return removed(object)
    case .trouble(let reason): return [.clusterTrouble(reason)]
    case .complete: return []
    }
  }

  private mutating func changed(_ object: KubernetesObject) -> [WorkerPodNews] {
    guard let worker = object.label("app") else { return [] }
    var pod = pods[object.uid] ?? Pod()
    defer { pods[object.uid] = pod }
    guard !pod.hasEnded else { return [] }
    let phase = object["status", "phase"]?.string
    if phase == "Failed" || phase == "Succeeded" {
      pod.hasEnded = true
      return [.ended(worker: worker, reason: PodTrouble.reason(of: object) ?? "it ended by itself")]
    }
    if let reason = PodTrouble.reason(of: object) {
      guard reason != pod.trouble else { return [] }
      pod.trouble = reason
      return [.trouble(worker: worker, reason: reason)]
    }
    pod.trouble = nil
    guard phase == "Running", let address = object["status", "podIP"]?.string, !address.isEmpty, address != pod.address
    else { return [] }
    pod.address = address
    return [.running(worker: worker, address: address)]
  }

  private mutating func removed(_ object: KubernetesObject) -> [WorkerPodNews] {
    let pod = pods.removeValue(forKey: object.uid)
    guard let worker = object.label("app"), pod?.hasEnded != true else { return [] }
    return [.ended(worker: worker, reason: PodTrouble.reason(of: object) ?? "it was deleted")]
  }
}
