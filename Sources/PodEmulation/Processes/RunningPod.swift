import Glibc

/// A child process that has been started, until its end has been observed.
///
/// It is the leader of a process group of its own, and signals go to that group: what it starts ends with it. When the
/// last reference to it goes, or the launcher ends in whatever way, its standard input ends and so tells it to end.
public final class RunningPod: Sendable {
  /// The name of the pod.
  public let name: String
  /// The number of its process.
  public var processID: Int32 { watch.processID }
  private let watch: ProcessWatch
  /// The other end of the child's standard input.
  private let lifeline: Int32

  init(name: String, watch: ProcessWatch, lifeline: Int32) {
    self.name = name
    self.watch = watch
    self.lifeline = lifeline
  }

  deinit {
    close(lifeline)
  }

  /// How it ended, if it has.
  public var exitIfEnded: PodExit? { watch.exitIfEnded }

  /// Waits for its end.
  public func exit() async -> PodExit {
    await watch.exit()
  }

  /// Asks it to end, and makes it end after `patience`.
  @discardableResult public func stop(patience: Duration) async -> PodExit {
    watch.signal(SIGTERM)
    let killing = Task { [watch] in
      try await Task.sleep(for: patience)
      watch.signal(SIGKILL)
    }
    let exit = await exit()
    killing.cancel()
    return exit
  }

  /// Ends it at once, without asking.
  @discardableResult public func kill() async -> PodExit {
    watch.signal(SIGKILL)
    return await exit()
  }
}
