import NIOCore
import WireProtocols

/// Runs the pods of jobs to completion, those of indexed jobs once for every index.
final class JobController {
  private let store: ObjectStore
  private let writer: ObjectWriter
  private let events: EventRecorder
  private let backOff: Duration
  private var queue: WorkQueue!
  /// Jobs that wait before they try again, by uid: how often they have failed.
  private var waiting: [String: Int] = [:]

  /// - Parameter backOff: the pause after a first failure; it doubles with every other.
  init(_ parts: ClusterParts, backOff: Duration) {
    store = parts.store
    writer = parts.writer
    events = parts.events
    self.backOff = backOff
    queue = WorkQueue(on: parts.eventLoop) { [unowned self] in reconcile($0) }
    store.observe { [unowned self] change in
      if change.type == .job {
        if change.kind == .deleted { waiting[change.object.uid] = nil } else { queue.add(change.key) }
      }
      if change.type == .pod, let key = change.controllerKey(.job) { queue.add(key) }
    }
  }

  private func reconcile(_ key: ObjectKey) {
    guard let job = store.get(key), !job.isBeingDeleted else { return }
    let pods = store.controlled(.pod, by: job.uid)
    guard !job.isTrue("Complete"), !job.isTrue("Failed") else { return clean(job, pods) }
    var progress = JobProgress(job, pods)
    if let failure = progress.failure(limit: job.spec["backoffLimit"]?.integer ?? 6) {
      for pod in progress.active { end(pod) }
      progress.active = []
      events.record("BackoffLimitExceeded", failure, about: job, .job, from: "job-controller", isWarning: true)
      return write(key, progress, condition: "Failed", reason: "BackoffLimitExceeded", message: failure)
    }
    if progress.isComplete {
      for pod in progress.active { end(pod) }
      progress.active = []
      events.record("Completed", "Job completed", about: job, .job, from: "job-controller")
      return write(
        key, progress, condition: "Complete", reason: "CompletionsReached",
        message: "Reached expected number of succeeded pods")
    }
    if job.spec["suspend"]?.bool == true {
      for pod in progress.active { end(pod) }
    } else if mayTry(job, progress, key) {
      for index in progress.missing { create(job, index: index) }
    }
    write(key, JobProgress(job, store.controlled(.pod, by: job.uid)))
  }

  /// Whether the pause after the last failure is over.
  private func mayTry(_ job: KubernetesObject, _ progress: JobProgress, _ key: ObjectKey) -> Bool {
    guard progress.failed > 0 else { return true }
    let seen = waiting[job.uid] ?? 0
    if seen < 0 { return progress.failed > -seen ? pause(job, progress, key) : true }
    return progress.failed > seen ? pause(job, progress, key) : false
  }

  private func pause(_ job: KubernetesObject, _ progress: JobProgress, _ key: ObjectKey) -> Bool {
    let (failed, uid) = (progress.failed, job.uid)
    waiting[uid] = failed
    let pause = min(backOff * (1 << min(failed - 1, 10)), .seconds(600))
    timer(pause) { controller in
      guard controller.waiting[uid] == failed else { return }
      controller.waiting[uid] = -failed  // waited for
      controller.queue.add(key)
    }
    return false
  }

  /// Calls back later, on the event loop.
  private var timer: (Duration, @escaping (JobController) -> Void) -> Void {
    { [eventLoop, unowned self] span, body in
      let bound = NIOLoopBound((self, body), eventLoop: eventLoop)
      eventLoop.scheduleTask(in: TimeAmount(span)) { bound.value.1(bound.value.0) }
    }
  }

  private var eventLoop: any EventLoop { queue.eventLoop }

  private func end(_ pod: KubernetesObject) {
    _ = try? writer.delete(.pod, in: pod.namespace, pod.name)  // gone already is as well
  }

  private func create(_ job: KubernetesObject, index: Int?) {
    var pod = PodTemplate.pod(job.spec["template"] ?? .object([]), ownedBy: job, .job)
    if let index {
      pod.set(.string("\(job.name)-\(index)-"), at: "metadata", "generateName")
      for part in ["annotations", "labels"] {
        pod.set(.string("\(index)"), at: "metadata", part, JobProgress.indexName)
      }
      pod.setDefault(.string("\(job.name)-\(index)"), at: "spec", "hostname")
      let containers = (pod.at("spec", "containers")?.elements ?? []).map { container in
        let variable: JSON = [
          "name": "JOB_COMPLETION_INDEX",
          "valueFrom": ["fieldRef": ["fieldPath": .string("metadata.annotations['\(JobProgress.indexName)']")]],
        ]
        return container.setting(.array((container["env"]?.elements ?? []) + [variable]), at: ["env"])
      }
      pod.set(.array(containers), at: "spec", "containers")
    }
    do throws(APIStatus) {
      let made = try writer.create(.pod, in: job.namespace, pod, by: .cluster)
      events.record("SuccessfulCreate", "Created pod: \(made.name)", about: job, .job, from: "job-controller")
    } catch {
      events.record(
        "FailedCreate", "Error creating: \(error.message)", about: job, .job, from: "job-controller", isWarning: true)
    }
  }

  private func write(
    _ key: ObjectKey, _ progress: JobProgress, condition: String? = nil, reason: String = "", message: String = ""
  ) {
    let time = writer.clock.timestamp
    // The job may have gone meanwhile.
    _ = try? writer.change(.job, in: key.namespace, key.name, .statusOnly, by: .cluster) { job in
      var job = job
      var status: JSON = job.status
      status.setDefault(.string(time), at: "startTime")
      for (field, value) in [
        ("active", progress.active.count), ("succeeded", progress.succeeded), ("failed", progress.failed),
        ("ready", progress.active.count { $0.isTrue("Ready") }),
      ] { status.set(value > 0 || field == "ready" ? .integer(Int64(value)) : nil, at: field) }
      if progress.isIndexed { status.set(.string(progress.completedText), at: "completedIndexes") }
      job.json.set(status, at: "status")
      guard let condition else { return job }
      if condition == "Complete" { job.json.set(.string(time), at: "status", "completionTime") }
      job.setCondition(condition, "True", reason: reason, message: message, at: time)
      return job
    }
  }

  /// Deletes a finished job whose time is over.
  private func clean(_ job: KubernetesObject, _ pods: [KubernetesObject]) {
    for pod in pods where PodTemplate.isActive(pod) { end(pod) }
    guard let seconds = job.spec["ttlSecondsAfterFinished"]?.integer, waiting[job.uid] != .min else { return }
    waiting[job.uid] = .min
    let (namespace, name, uid) = (job.namespace, job.name, job.uid)
    timer(.seconds(seconds)) { controller in
      var options = DeleteOptions(propagation: .background)
      options.uid = uid
      _ = try? controller.writer.delete(.job, in: namespace, name, options)  // gone already is as well
    }
  }
}

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
