import KubernetesClient
import Synchronization
import WireProtocols

/// Makes, follows and deletes the Jobs of a sweep, one at a time.
public struct SweepJobs: Sendable {
  /// What a pod has printed.
  public struct Output: Sendable {
    /// The index of its share.
    public let index: Int
    /// Whether it has ended as it should.
    public let hasSucceeded: Bool
    /// The text.
    public let text: [UInt8]
  }

  /// How a Job has ended.
  public enum End: Hashable, Sendable {
    /// All indexes have succeeded.
    case complete
    /// It has failed, for this reason.
    case failed(String)
    /// Somebody has deleted it, or its time was over.
    case gone
  }

  private let client: KubernetesClient
  private let settings: SweepJob
  private let progress: @Sendable (String) -> Void

  /// The Jobs of a run.
  ///
  /// - Parameter progress: told of what people who wait want to know.
  public init(client: KubernetesClient, settings: SweepJob, progress: @escaping @Sendable (String) -> Void) {
    self.client = client
    self.settings = settings
    self.progress = progress
  }

  /// The Jobs of the run that there are, by number.
  ///
  /// - Throws: `KubernetesError`, ``DeploymentError/foreignJob(_:)``.
  public func present() async throws -> [(number: Int, job: KubernetesObject)] {
    let jobs = try await client.list(
      .jobs, namespace: settings.namespace, selector: try settings.labels.selector
    ).items.filter { !$0.isBeingDeleted }
    return try jobs.map { job in
      guard let number = settings.number(ofJob: job.name) else { throw DeploymentError.foreignJob(job.name) }
      return (number, job)
    }.sorted { $0.number < $1.number }
  }

  /// Makes a Job, and the namespace if need be.
  ///
  /// By server-side apply, which a client whose connection breaks can repeat without making two.
  ///
  /// - Throws: `KubernetesError`.
  public func create(_ job: KubernetesObject) async throws {
    do {
      if try await client.get(.namespaces, settings.namespace) == nil {
        try await client.apply(settings.namespaceManifest)
      }
    } catch KubernetesError.refused(_, 403, _, _) {
      // Whoever may not look at namespaces may still use one that is there.
    }
    try await client.apply(job)
  }

  /// Deletes a Job with its pods and waits until it is gone.
  ///
  /// - Throws: `KubernetesError`.
  public func delete(_ job: KubernetesObject, within limit: Duration) async throws {
    do {
      let deletion = KubernetesClient.Deletion(uid: job.uid.isEmpty ? nil : job.uid)
      guard try await client.delete(.jobs, job.name, namespace: settings.namespace, deletion) else { return }
    } catch KubernetesError.refused(_, 409, _, _) {
      return  // it is another one by now
    }
    let (name, uid) = (job.name, job.uid)
    let isThere = Mutex(false)
    try await client.wait(
      for: .jobs, namespace: settings.namespace, selector: try settings.labels.selector, within: limit,
      what: "Job \(name) is still there"
    ) { event in
      isThere.withLock { isThere in
        switch event {
        case .added(let object), .changed(let object): if object.uid == uid { isThere = true }
        case .removed(let object): if object.uid == uid { return true }
        case .complete: return !isThere
        case .trouble: break
        }
        return false
      }
    } state: {
      "its pods have yet to end"
    }
  }

  // MARK: Following

  /// Follows a Job to its end and reads what each of its pods has printed as soon as the pod has ended, since nodes keep
  /// logs of ended pods for a while only.
  ///
  /// - Parameters:
  ///   - wants: whether the output of an index is still of use.
  ///   - take: takes an output; a pod that gives none is passed over.
  /// - Throws: `KubernetesError`, what `take` throws, `CancellationError`.
  public func follow(
    _ job: KubernetesObject, within limit: Duration, wants: @escaping @Sendable (Int) async -> Bool,
    take: @escaping @Sendable (Output) async throws -> Void
  ) async throws -> End {
    let reader = PodReader(client: client, namespace: settings.namespace, job: job.name, progress: progress)
    let events = client.watch(.pods, namespace: settings.namespace, selector: try settings.labels.selector)
    let end = try await withThrowingTaskGroup(of: End?.self) { group in
      group.addTask {
        for try await event in events {
          switch event {
          case .added(let pod), .changed(let pod): try await reader.see(pod, wants: wants, take: take)
          case .trouble(let reason): progress(reason)
          case .removed, .complete: break
          }
        }
        return nil
      }
      group.addTask { try await self.end(of: job, within: limit) }
      defer { group.cancelAll() }
      while let end = try await group.next() { if let end { return end } }
      throw CancellationError()
    }
    try Task.checkCancellation()
    // Whatever the watch has not told before the Job's end.
    for pod in try await client.list(
      .pods, namespace: settings.namespace, selector: try settings.labels.selector
    ).items { try await reader.see(pod, wants: wants, take: take) }
    return end
  }

  private func end(of job: KubernetesObject, within limit: Duration) async throws -> End {
    let (name, progress) = (job.name, progress)
    let state = Mutex((end: End?.none, done: -1, text: "not seen yet", isThere: false))
    try await client.wait(
      for: .jobs, namespace: settings.namespace, selector: try settings.labels.selector, within: limit,
      what: "Job \(name) is not done"
    ) { event in
      let (news, isOver): (String?, Bool) = state.withLock { state in
        switch event {
        case .added(let object), .changed(let object):
          guard object.name == name else { return (nil, false) }
          state.isThere = true
          state.end = Self.end(of: object)
          let (done, all) = (object["status", "succeeded"]?.integer ?? 0, object["spec", "completions"]?.integer ?? 0)
          state.text = "\(done) of \(all) shares are done"
          guard done != state.done else { return (nil, state.end != nil) }
          state.done = done
          return ("Job \(name): \(state.text).", state.end != nil)
        case .removed(let object):
          if object.name == name { state.end = .gone }
        case .complete:
          if !state.isThere { state.end = .gone }
        case .trouble: break
        }
        return (nil, state.end != nil)
      }
      if let news { progress(news) }
      return isOver
    } state: {
      state.withLock { $0.text }
    }
    return state.withLock { $0.end } ?? .gone
  }

  /// How a Job has ended, if it has.
  static func end(of job: KubernetesObject) -> End? {
    let conditions = job["status", "conditions"]?.array ?? []
    func holds(_ type: String) -> JSON? {
      conditions.first { $0["type"]?.string == type && $0["status"]?.string == "True" }
    }
    if holds("Complete") != nil { return .complete }
    guard let failure = holds("Failed") else { return nil }
    return .failed((failure["message"]?.string ?? failure["reason"]?.string ?? "the cluster gives no reason").onOneLine)
  }
}
