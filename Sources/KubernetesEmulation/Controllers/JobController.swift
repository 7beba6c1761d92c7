import NIOCore
import WireProtocols

/// Runs the pods of jobs to completion, those of indexed jobs once for every index.
final class JobController {
  private let store: ObjectStore
  private let writer: ObjectWriter
  private let events: EventRecorder
  private let backOff: Duration
  private let eventLoop: any EventLoop
  private lazy var queue = WorkQueue(on: eventLoop) { [unowned self] in reconcile($0) }
  /// Jobs that wait before they try again, by uid: how often they have failed.
  private var waiting: [String: Int] = [:]
  /// Finished jobs that go after their time.
  private var leaving: Set<String> = []

  /// - Parameter backOff: the pause after a first failure; it doubles with every other.
  init(_ parts: ClusterParts, backOff: Duration) {
    store = parts.store
    eventLoop = parts.eventLoop
    writer = parts.writer
    events = parts.events
    self.backOff = backOff
    store.observe { [unowned self] change in
      if change.type == .job {
        if change.kind == .deleted { forget(change.object.uid) } else { queue.add(change.key) }
      }
      if change.type == .pod, let key = change.controllerKey(.job) { queue.add(key) }
    }
  }

  private func forget(_ uid: String) {
    waiting[uid] = nil
    leaving.remove(uid)
  }

  private func reconcile(_ key: ObjectKey) {
    guard let job = store.get(key), !job.isBeingDeleted else { return }
    let pods = store.controlled(.pod, by: job.uid)
    guard !job.isTrue("Complete"), !job.isTrue("Failed") else { return clean(job, pods) }
    var progress = JobProgress(job, pods)
    if let failure = progress.failure(limit: job.spec["backoffLimit"]?.integer ?? 6) {
      for pod in progress.active { end(pod) }
      progress.active = []
      events.record(failure.reason, failure.message, about: job, .job, from: "job-controller", isWarning: true)
      return write(key, progress, condition: "Failed", reason: failure.reason, message: failure.message)
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
      if let failed = progress.failedIndexes { status.set(.string(JobProgress.text(failed)), at: "failedIndexes") }
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
    guard let seconds = job.spec["ttlSecondsAfterFinished"]?.integer, leaving.insert(job.uid).inserted else { return }
    let (namespace, name, uid) = (job.namespace, job.name, job.uid)
    timer(.seconds(seconds)) { controller in
      var options = DeleteOptions(propagation: .background)
      options.uid = uid
      _ = try? controller.writer.delete(.job, in: namespace, name, options)  // gone already is as well
    }
  }
}
