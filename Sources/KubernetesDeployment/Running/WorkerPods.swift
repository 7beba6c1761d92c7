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

  /// How often a worker is ordered when the server says that its object has changed meanwhile.
  private static let mostAttempts = 5

  /// Orders a worker. Nobody else changes its Deployment, so a conflict (409) is one that passes.
  ///
  /// - Parameters:
  ///   - pod: what it is told and may use; its name is the worker's.
  ///   - node: the name of the node that it must run on.
  ///   - system: the system that it serves for, which decides whether it gets a slice of a GPU or a whole one.
  ///   - order: when it was ordered, for nodes that are emulated; `nil` for real ones.
  /// - Throws: `KubernetesError`, ``DeploymentError``.
  public func create(
    _ pod: WorkerPodEnvironment, on node: String, for system: ServingSystem, order: EmulatedOrder? = nil
  ) async throws {
    let worker = try settings.worker(pod, on: node, for: system, order: order)
    var backOff = BackOff()
    for _ in 1..<Self.mostAttempts {
      do {
        try await client.apply(worker)
        return
      } catch KubernetesError.refused(_, 409, _, _) {
        try await client.pacing.sleep(backOff.pause(now: client.pacing.now(), random: client.pacing.random()))
      }
    }
    try await client.apply(worker)
  }

  /// Orders the end of a worker; ``news()`` tells when it is gone.
  ///
  /// - Returns: whether there was one.
  /// - Throws: `KubernetesError`.
  @discardableResult public func delete(_ worker: String) async throws -> Bool {
    try await client.delete(
      .deployments, worker, namespace: settings.namespace, KubernetesClient.Deletion(graceSeconds: 0))
  }

  /// Whether a worker is gone with all that belongs to it.
  ///
  /// - Throws: `KubernetesError`.
  public func isGone(_ worker: String) async throws -> Bool {
    try await client.get(.deployments, worker, namespace: settings.namespace) == nil
  }

  /// Hands on the output of a worker's pods, of the first ten if a Deployment had to make so many; what a pod does not
  /// give is passed over.
  ///
  /// - Throws: `KubernetesError` and what `keep` throws.
  public func keepLogs(of worker: String, _ keep: @escaping RunCleaner.LogKeeper) async throws {
    let selector = try settings.labels.selector.and("app", worker)
    let pods = try await client.list(.pods, namespace: settings.namespace, selector: selector).items
    try await client.keepLogs(
      of: Array(pods.sorted { $0.name < $1.name }.prefix(10)), in: settings.namespace, keep)
  }

  /// What becomes of the pods of the run, for as long as somebody reads.
  ///
  /// Deployments are watched beside them: they are deleted in the foreground, so one goes when its pods have gone. A watch
  /// that the server refuses is begun again, with pauses that double from 0.8 s to 30 s.
  public func news() -> AsyncStream<WorkerPodNews> {
    AsyncStream { continuation in
      let task = Task { [self] in
        await withTaskGroup(of: Void.self) { group in
          group.addTask { await follow(.pods, WorkerPodBoard()) { continuation.yield($0) } }
          group.addTask { await follow(.deployments, DeploymentBoard()) { continuation.yield($0) } }
        }
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  private func follow(
    _ type: ResourceType, _ empty: some WatchBoard, tell: @Sendable (WorkerPodNews) -> Void
  ) async {
    var board = empty
    var backOff = BackOff()
    while !Task.isCancelled {
      board.begin()
      do {
        for try await event in client.watch(type, namespace: settings.namespace, selector: try settings.labels.selector)
        {
          for news in board.take(event) { tell(news) }
        }
        return  // nobody reads any more
      } catch {
        tell(.clusterTrouble("\(error) The watch begins again."))
        let pause = backOff.pause(now: client.pacing.now(), random: client.pacing.random())
        guard (try? await client.pacing.sleep(pause)) != nil else { return }
      }
    }
  }
}

/// What has become of a worker's pod.
public enum WorkerPodNews: Hashable, Sendable {
  /// It runs and has an address.
  case running(worker: String, address: String)
  /// It does not come up, for this reason; it may yet.
  case trouble(worker: String, reason: String)
  /// Its container has ended, for this reason, and is started again: what it held in memory is lost.
  case restarted(worker: String, reason: String)
  /// It is gone or has failed and will not come back; a Deployment may make another.
  case ended(worker: String, reason: String)
  /// Its Deployment is gone, and with it all its pods.
  case gone(worker: String)
  /// The API server does not answer as it should.
  case clusterTrouble(String)
}
