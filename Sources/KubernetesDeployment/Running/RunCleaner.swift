import KubernetesClient
import Synchronization

/// Deletes exactly what carries the label of a run, waits until it is gone, and says what is left.
public struct RunCleaner: Sendable {
  /// Takes the output of a pod before the pod is deleted.
  public typealias LogKeeper = @Sendable (_ pod: String, _ output: [UInt8]) throws -> Void

  /// Types of what we make, owners of pods before pods themselves.
  private static let types = [ResourceType.deployments, .daemonSets, .jobs, .pods]
  private let client: KubernetesClient
  private let labels: OwnLabels
  private let namespace: String

  /// A cleaner of a run.
  public init(client: KubernetesClient, labels: OwnLabels, namespace: String) {
    self.client = client
    self.labels = labels
    self.namespace = namespace
  }

  /// The objects of the run, as `deployments/name`, sorted within each type.
  ///
  /// - Throws: `KubernetesError`.
  public func objects() async throws -> [String] {
    var found: [String] = []
    for type in Self.types { found += try await objects(of: type).map { "\(type.plural)/\($0.name)" } }
    return found
  }

  /// Deletes them.
  ///
  /// Each deletion names the identity of the object that was seen, so that one that somebody has made anew under its name
  /// stays. Pods of a Deployment, a DaemonSet or a Job go with it.
  ///
  /// - Parameters:
  ///   - limit: how long it may take until all are gone.
  ///   - keepLog: takes the output of each pod first; what a pod does not give is passed over.
  ///   - progress: told of each deletion.
  /// - Returns: what is left when the time is over; empty when nothing is.
  /// - Throws: `KubernetesError` and what `keepLog` throws.
  public func clean(
    within limit: Duration, keepLog: LogKeeper? = nil, progress: @Sendable (String) -> Void
  ) async throws -> [String] {
    if let keepLog { try await keepLogs(keepLog) }
    for type in Self.types {
      for object in try await objects(of: type) where type != .pods || object["metadata", "ownerReferences"] == nil {
        let deletion = KubernetesClient.Deletion(uid: object.uid, graceSeconds: 0)
        do {
          if try await client.delete(type, object.name, namespace: namespace, deletion) {
            progress("Deletes \(type.plural)/\(object.name).")
          }
        } catch KubernetesError.refused(_, 409, _, _) {
          progress("\(type.plural)/\(object.name) is another one by now and stays.")
        }
      }
    }
    let end = ContinuousClock.now + limit
    for type in Self.types.reversed() {
      do {
        try await waitForNone(of: type, within: max(.zero, end - ContinuousClock.now))
      } catch KubernetesError.notInTime {
        return try await objects()
      }
    }
    return []
  }

  /// Deletes them as ``clean(within:keepLog:progress:)`` does, again and again when the server refuses or does not answer.
  ///
  /// - Returns: what is left when the time is over; what the server said last, if it does not even say that.
  public func insist(
    within limit: Duration, keepLog: LogKeeper? = nil, progress: @Sendable (String) -> Void
  ) async -> [String] {
    let end = ContinuousClock.now + limit
    var backOff = BackOff()
    var left: [String] = []
    repeat {
      do {
        left = try await clean(within: max(.zero, end - .now), keepLog: keepLog, progress: progress)
        if left.isEmpty { return [] }
      } catch {
        left = ["objects that cannot be seen: \(error)"]
        progress("\(error)")
      }
      let pause = backOff.pause(now: client.pacing.now(), random: client.pacing.random())
      guard (try? await client.pacing.sleep(pause)) != nil else { break }
    } while ContinuousClock.now < end
    return left
  }

  private func objects(of type: ResourceType) async throws -> [KubernetesObject] {
    try await client.list(type, namespace: namespace, selector: try labels.selector).items.sorted { $0.name < $1.name }
  }

  private func keepLogs(_ keep: @escaping LogKeeper) async throws {
    try await client.keepLogs(of: try await objects(of: .pods), in: namespace, keep)
  }

  private func waitForNone(of type: ResourceType, within limit: Duration) async throws {
    let state = Mutex((names: Set<String>(), isComplete: false))
    try await client.wait(
      for: type, namespace: namespace, selector: try labels.selector, within: limit, what: "objects are left"
    ) { event in
      state.withLock { state in
        switch event {
        case .added(let object), .changed(let object): state.names.insert(object.key)
        case .removed(let object): state.names.remove(object.key)
        case .complete: state.isComplete = true
        case .trouble: break
        }
        return state.isComplete && state.names.isEmpty
      }
    } state: {
      ""
    }
  }
}

extension KubernetesClient {
  /// How long all attempts to get one pod's output may take: it is kept before the pod is deleted, and a node that does not
  /// answer must hold up nobody's GPU.
  static let logLimit = Duration.seconds(5)
  private static let logsAtATime = 8

  /// Hands on the output of pods, unless the server refuses it or its node does not answer: a pod that has never started
  /// has nothing to say.
  func keepLogs(of pods: [KubernetesObject], in namespace: String, _ keep: @escaping RunCleaner.LogKeeper) async throws
  {
    for first in stride(from: 0, to: pods.count, by: Self.logsAtATime) {
      try await withThrowingTaskGroup { group in
        for pod in pods[first..<min(first + Self.logsAtATime, pods.count)] {
          // The name becomes the name of a file, so a server's word for it is not enough.
          try ObjectNames.checkSubdomain(pod.name, "name of a pod")
          group.addTask {
            do {
              try keep(pod.name, try await log(ofPod: pod.name, namespace: namespace, within: Self.logLimit))
            } catch is KubernetesError {}
          }
        }
        try await group.waitForAll()
      }
    }
  }
}
