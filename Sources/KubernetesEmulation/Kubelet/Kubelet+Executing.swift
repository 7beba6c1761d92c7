import PodEmulation

/// What came of a command in a pod.
enum PodCommandOutcome: Hashable {
  /// It has ended.
  case ended(stdout: String, stderr: String, exitCode: Int32)
  /// It could not be run.
  case failed(String)
}

/// Commands in pods.
extension Kubelet {
  /// Runs a command in a pod, as the settings have it.
  func execute(_ words: [String], in namespace: String, _ name: String) -> PodCommandOutcome {
    guard let pod = pods.values.first(where: { $0.key.namespace == namespace && $0.key.name == name }),
      let description = runningDescription(of: pod)
    else { return .failed("the container does not run") }
    let command = PodCommand(pod: description, words: words, neighbours: neighbours(of: pod))
    switch settings.execute(command) {
    case .prints(let stdout, let stderr, let exitCode):
      return .ended(stdout: stdout, stderr: stderr, exitCode: exitCode)
    case .starts(let program): return start(program, in: pod)
    }
  }

  private func runningDescription(of pod: Pod) -> PodDescription? {
    guard !isStopping, !pod.isEnding, let object = parts.store.get(pod.key), object.uid == pod.uid, object.isRunning
    else { return nil }
    return pod.description
  }

  private func neighbours(of pod: Pod) -> [PodDescription] {
    pods.values.filter { $0 !== pod }.compactMap(runningDescription).sorted {
      ($0.namespace, $0.name) < ($1.namespace, $1.name)
    }
  }

  private func start(_ program: PodProgram, in pod: Pod) -> PodCommandOutcome {
    do {
      let process = try spawn(program, pod) { kubelet, pod, process, exit in
        kubelet.commandEnded(program, pod, process, exit)
      }
      pod.started.append(process)
      return .ended(stdout: "", stderr: "", exitCode: 0)
    } catch {
      return .failed("\(error)")
    }
  }

  /// Something that a command has started has ended.
  private func commandEnded(_ program: PodProgram, _ pod: Pod, _ process: RunningPod, _ exit: PodExit) {
    // It has not ended by itself when its container has ended before, or its pod is about to.
    guard let index = pod.started.firstIndex(where: { $0.running === process }) else { return }
    pod.started.remove(at: index)
    guard !isStopping, !pod.isEnding, let object = parts.store.get(pod.key), object.uid == pod.uid else { return }
    record(
      "CommandEnded", "\(program.program), started by a command in the container, has ended: \(exit)", object,
      isWarning: exit != .exited(0))
  }
}

extension KubernetesObject {
  /// Whether the first container of a pod runs.
  var isRunning: Bool {
    status["containerStatuses"]?.elements.first?.at("state", "running") != nil
  }
}
