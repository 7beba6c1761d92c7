import WireProtocols

/// How far a job has come, from its pods and from what was written down of pods that are gone.
struct JobProgress {
  static let indexName = "batch.kubernetes.io/job-completion-index"

  var active: [KubernetesObject]
  let succeeded: Int
  let failed: Int
  let isIndexed: Bool
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
    failed = max(job.status["failed"]?.integer ?? 0, ended("Failed").count)
  }

  private static func index(_ pod: KubernetesObject) -> Int? {
    pod.annotation(indexName).flatMap { Int($0) }
  }

  var isComplete: Bool {
    guard let completions else { return succeeded > 0 && active.isEmpty }
    return succeeded >= completions
  }

  /// What ends the job as failed, if anything does.
  func failure(limit: Int) -> String? {
    let restarts = active.reduce(0) { sum, pod in
      sum + (pod.status["containerStatuses"]?.elements.reduce(0) { $0 + ($1["restartCount"]?.integer ?? 0) } ?? 0)
    }
    return failed + restarts > limit ? "Job has reached the specified backoff limit" : nil
  }

  /// The indexes, or as many `nil`s, that pods are wanted for now.
  var missing: [Int?] {
    guard isIndexed, let completions else {
      let left = completions.map { $0 - succeeded } ?? (succeeded > 0 ? 0 : parallelism)
      return Array(repeating: nil, count: max(0, min(parallelism, left) - active.count))
    }
    let running = Set(active.compactMap(Self.index))
    let open = (0..<completions).filter { !completed.contains($0) && !running.contains($0) }
    return open.prefix(max(0, parallelism - active.count)).map { $0 }
  }

  /// The indexes that are complete, as jobs write them: `0-2,5`.
  var completedText: String {
    var ranges: [ClosedRange<Int>] = []
    for index in completed.sorted() {
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
