import PodEmulation
import NIOCore
import WireProtocols

/// How pods end: by themselves, by a failure, or because they are deleted.
extension Kubelet {
  /// Lets something happen to a pod that runs.
  func fail(_ pod: Pod, _ failure: PodFailure) {
    switch failure {
    case .imagePull: break  // the image is there already
    case .evicted: evict(pod)
    case .crashes, .outOfMemory:
      pod.failure = failure
      guard let process = pod.process else { return ended(pod, .exited(1)) }
      Task { await process.running.kill() }
    }
  }

  func evict(_ pod: Pod) {
    let message = "The node was low on resource: memory."
    if let object = parts.store.get(pod.key) { record("Evicted", message, object, isWarning: true) }
    pod.pending?.cancel()
    pod.isEnding = true
    kill(pod.processes)
    report(pod, .evicted(message: message))
    forget(pod)
  }

  /// A container has ended by itself.
  func ended(_ pod: Pod, _ exit: PodExit) {
    pod.process = nil
    kill(pod.started)  // what commands have started does not outlive their container
    pod.started = []
    guard !isStopping, !pod.isEnding, let object = parts.store.get(pod.key), object.uid == pod.uid else { return }
    let end = ContainerEnd(exit, pod.failure)
    pod.failure = nil
    let policy = object.spec["restartPolicy"]?.string ?? "Always"
    guard policy == "Always" || (policy == "OnFailure" && end.exitCode != 0) else {
      report(pod, .terminated(end))
      return forget(pod)
    }
    pod.restarts += 1
    let container = object.spec["containers"]?.elements.first?["name"]?.string ?? ""
    record(
      "BackOff", "Back-off restarting failed container \(container) in pod \(pod.key.name)", object, isWarning: true)
    report(pod, .crashed(end))
    let factor = min(1 << min(pod.restarts - 1, 5), 30)
    later(settings.restartDelay * factor, pod) { kubelet, pod in kubelet.start(pod) }
  }

  /// Ends a pod that has been deleted.
  func end(_ pod: Pod, patience: Duration) {
    let processes = pod.processes
    guard !pod.isEnding else {
      if patience == .zero { kill(processes) }
      return
    }
    pod.isEnding = true
    pod.pending?.cancel()
    let earliest = NIODeadline.now() + TimeAmount(settings.endDelay)
    guard !processes.isEmpty else { return later(earliest, pod) }
    let bound = NIOLoopBound((self, pod), eventLoop: parts.eventLoop)
    Task { [eventLoop = parts.eventLoop] in
      // All have cleared away before anybody is told that the pod has gone.
      await withTaskGroup(of: Void.self) { group in
        for process in processes { group.addTask { await process.stop(patience: patience) } }
      }
      eventLoop.execute { bound.value.0.later(earliest, bound.value.1) }
    }
  }

  private func kill(_ processes: [OwnedProcess]) {
    for process in processes { Task { await process.running.kill() } }
  }

  /// Lets a pod whose process has ended go, not before a moment.
  private func later(_ earliest: NIODeadline, _ pod: Pod) {
    guard earliest > .now() else { return gone(pod) }
    let bound = NIOLoopBound((self, pod), eventLoop: parts.eventLoop)
    parts.eventLoop.scheduleTask(deadline: earliest) { bound.value.0.gone(bound.value.1) }
  }

  /// A deleted pod has ended: its object goes, if it has not gone before.
  func gone(_ pod: Pod) {
    forget(pod)
    guard let object = parts.store.get(pod.key), object.uid == pod.uid, object.isBeingDeleted else { return }
    var options = DeleteOptions(gracePeriodSeconds: 0)
    options.uid = pod.uid
    _ = try? parts.writer.delete(.pod, in: pod.key.namespace, pod.key.name, options)  // checked just now
  }

  func forget(_ pod: Pod) {
    pods[pod.uid] = nil
    releaseAddress(of: pod)
  }
}
