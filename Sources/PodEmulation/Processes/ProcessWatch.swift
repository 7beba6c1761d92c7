import Glibc
import Synchronization

/// Observes the end of a child process.
///
/// A number is only ever signalled while the process behind it is known to be ours, dead or alive, so it cannot be
/// another's.
final class ProcessWatch: Sendable {
  let processID: Int32
  private let state = Mutex(State())

  private struct State {
    var exit: PodExit?
    var waiting: [CheckedContinuation<PodExit, Never>] = []
  }

  /// Waits for the end of a child on a thread of its own.
  init(name: String, processID: Int32) throws(PodError) {
    self.processID = processID
    try observe(name)
  }

  /// How it ended, if it has.
  var exitIfEnded: PodExit? {
    state.withLock { $0.exit }
  }

  /// Waits for its end.
  func exit() async -> PodExit {
    await withCheckedContinuation { continuation in
      let known = state.withLock { state -> PodExit? in
        if state.exit == nil { state.waiting.append(continuation) }
        return state.exit
      }
      if let known { continuation.resume(returning: known) }
    }
  }

  /// Signals the group of a process that has not been reaped.
  func signal(_ signal: Int32) {
    state.withLock { state in
      if state.exit == nil { _ = Glibc.kill(-processID, signal) }
    }
  }

  /// Waits for the end on a thread of its own and tells all who wait for it.
  private func observe(_ name: String) throws(PodError) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(self)
    let failure = pthread_create(
      &thread, nil,
      { pointer in
        guard let pointer else { return nil }
        Unmanaged<ProcessWatch>.fromOpaque(pointer).takeRetainedValue().waitForEnd()
        return nil
      }, box.toOpaque())
    guard failure == 0 else {
      box.release()
      throw .systemRefused(what: "a thread that waits for \(name)", reason: String(cString: strerror(failure)))
    }
    pthread_detach(thread)
  }

  private func waitForEnd() {
    var information = siginfo_t()
    // The number stays ours until it is reaped, which happens under the lock.
    while waitid(P_PID, id_t(processID), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    let (exit, waiting) = state.withLock { state in
      _ = Glibc.kill(-processID, SIGKILL)  // what is left of its group
      var status: Int32 = 0
      while waitpid(processID, &status, 0) < 0, errno == EINTR {}
      let exit: PodExit = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signalled(status & 0x7F)
      state.exit = exit
      let waiting = state.waiting
      state.waiting = []
      return (exit, waiting)
    }
    for continuation in waiting { continuation.resume(returning: exit) }
  }
}
