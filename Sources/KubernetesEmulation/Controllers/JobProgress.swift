import WireProtocols

/// How far a job has come, from its pods and from what was written down of pods that are gone.
struct JobProgress {
  static let indexName = "batch.kubernetes.io/job-completion-index"

  var active: [KubernetesObject]
  let succeeded: Int
  let failed: Int
  let isIndexed: Bool
  /// Indexes that are given up, where each has tries of its own; `nil` where they have not.
  let failedIndexes: Set<Int>?
  /// Why the job's policy on failed pods ends it, if it does.
  private let fatal: String?
  private let mostFailedIndexes: Int?
  private let completed: Set<Int>
  private let completions: Int?
  private let parallelism: Int

  init(_ job: KubernetesObject, _ pods: [KubernetesObject]) {
    func ended(_ phase: String) -> [KubernetesObject] { pods.filter { $0.status["phase"]?.string == phase } }
    active = pods.filter(PodTemplate.isActive)
    isIndexed = job.spec["completionMode"]?.string == "Indexed"
    completions = job.spec["completions"]?.integer
    parallelism = job.spec["parallelism"]?.integer ?? 1
    completed = Self.indexes(job.status["completedIndexes"]?.string ?? "")
      .union(ended("Succeeded").compactMap(Self.index))
    succeeded = isIndexed ? completed.count : max(job.status["succeeded"]?.integer ?? 0, ended("Succeeded").count)
    let policy = PodFailurePolicy(job.spec["podFailurePolicy"])
    let failures = ended("Failed").map { (pod: $0, action: policy.action(for: $0)) }.filter { $0.action != .ignore }
    failed = max(job.status["failed"]?.integer ?? 0, failures.count)
    fatal = failures.compactMap { if case .failJob(let reason) = $0.action { reason } else { nil } }.first
    mostFailedIndexes = job.spec["maxFailedIndexes"]?.integer
    failedIndexes = job.spec["backoffLimitPerIndex"]?.integer.map { limit in
      let known = Self.indexes(job.status["failedIndexes"]?.string ?? "")
      let tried = Dictionary(grouping: failures) { Self.index($0.pod) ?? -1 }
      let givenUp = tried.filter { $1.count > limit || $1.contains { $0.action == .failIndex } }.map(\.key)
      return known.union(givenUp)
    }
  }

  private static func index(_ pod: KubernetesObject) -> Int? {
    pod.annotation(indexName).flatMap { Int($0) }
  }

  var isComplete: Bool {
    guard let completions else { return succeeded > 0 && active.isEmpty }
    return succeeded >= completions
  }

  /// What ends the job as failed, if anything does.
  ///
  /// - Parameter limit: the most failures of all pods together; it counts where indexes have no tries of their own.
  func failure(limit: Int) -> (reason: String, message: String)? {
    if let fatal { return ("PodFailurePolicy", fatal) }
    if let failedIndexes {
      if let mostFailedIndexes, failedIndexes.count > mostFailedIndexes {
        return ("MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes")
      }
      let isOver = !failedIndexes.isEmpty && failedIndexes.union(completed).count >= completions ?? 0
      return isOver ? ("FailedIndexes", "Job has failed indexes") : nil
    }
    let restarts = active.reduce(0) { sum, pod in
      sum + (pod.status["containerStatuses"]?.elements.reduce(0) { $0 + ($1["restartCount"]?.integer ?? 0) } ?? 0)
    }
    return failed + restarts > limit
      ? ("BackoffLimitExceeded", "Job has reached the specified backoff limit") : nil
  }

  /// The indexes, or as many `nil`s, that pods are wanted for now.
  var missing: [Int?] {
    guard isIndexed, let completions else {
      let left = completions.map { $0 - succeeded } ?? (succeeded > 0 ? 0 : parallelism)
      return Array(repeating: nil, count: max(0, min(parallelism, left) - active.count))
    }
    let running = Set(active.compactMap(Self.index))
    let over = completed.union(failedIndexes ?? [])
    let open = (0..<completions).filter { !over.contains($0) && !running.contains($0) }
    return open.prefix(max(0, parallelism - active.count)).map { $0 }
  }

  /// The indexes that are complete, as jobs write them: `0-2,5`.
  var completedText: String { Self.text(completed) }

  /// Indexes as jobs write them.
  static func text(_ indexes: Set<Int>) -> String {
    var ranges: [ClosedRange<Int>] = []
    for index in indexes.sorted() {
      if let last = ranges.last, last.upperBound + 1 == index {
        ranges[ranges.count - 1] = last.lowerBound...index
      } else {
        ranges.append(index...index)
      }
    }
    return ranges.map { range in
      switch range.count {
      case 1: "\(range.lowerBound)"
      case 2: "\(range.lowerBound),\(range.upperBound)"
      default: "\(range.lowerBound)-\(range.upperBound)"
      }
    }.joined(separator: ",")
  }

  static func indexes(_ text: String) -> Set<Int> {
    Set(
      text.split(separator: ",").flatMap { part -> [Int] in
        let ends = part.split(separator: "-").compactMap { Int($0) }
        guard let first = ends.first, let last = ends.last, first <= last else { return [] }
        return Array(first...last)
      })
  }
}
