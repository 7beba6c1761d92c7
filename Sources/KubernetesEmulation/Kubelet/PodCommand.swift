/// A command that somebody wants to run in a pod, as `kubectl exec` does.
public struct PodCommand: Hashable, Sendable {
  /// The pod.
  public let pod: PodDescription
  /// The program and its arguments.
  public let words: [String]
  /// The pods that run beside it in the cluster, by namespace and name.
  public let neighbours: [PodDescription]
}

/// What becomes of a command in a pod.
public enum PodCommandRun: Sendable {
  /// It prints something and ends at once.
  case prints(stdout: String = "", stderr: String = "", exitCode: Int32 = 0)
  /// It starts a process and ends with success, as a shell does that starts one in the background.
  ///
  /// The process belongs to the pod from then on: what it prints goes to the pod's log, it is ended with the pod, and its
  /// own end is an event.
  case starts(PodProgram)
}

/// Decides what a command in a pod does; it is asked on the server's event loop, once for every command.
public typealias PodExecutor = @Sendable (PodCommand) -> PodCommandRun

extension PodCommandRun {
  /// As when there is no such program in the container.
  public static func notFound(_ command: PodCommand) -> PodCommandRun {
    .prints(stderr: "\(command.words.first ?? ""): not found\n", exitCode: 127)
  }
}
