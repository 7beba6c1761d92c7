import CSpawn
import Glibc

/// A policy's program, running: lines go to its standard input and come from its standard output.
///
/// Both are one socket, so that a program that has ended is an error here and no signal. It has its own process group
/// and is killed with that when this value is no longer used, unless it ends by itself when its input does.
final class PolicyProcess: Sendable {
  private let socket: Int32
  private let processID: pid_t

  /// The longest line that a program may write.
  static let longestLine = 1 << 20

  /// Starts a program; what it writes to standard error is seen.
  init(command: [String]) throws(PolicyFailure) {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw .system(reason: String(cString: strerror(errno)))
    }
    defer { close(ends[1]) }
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_adddup2(&files, ends[1], STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO)
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var words = command.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var processID: pid_t = 0
    let failure = posix_spawnp(&processID, command[0], &files, &attributes, &words, environ)
    guard failure == 0 else {
      close(ends[0])
      throw .system(reason: "`\(command[0])`: \(String(cString: strerror(failure)))")
    }
    socket = ends[0]
    self.processID = processID
  }

  deinit {
    close(socket)
    _ = end  // at the end of its input a program may still write down what it wants to keep
    kill(-processID, SIGKILL)
    var status: Int32 = 0
    while waitpid(processID, &status, 0) == -1, errno == EINTR {}
  }

  /// Sends a line and waits for the one that answers it.
  func answer(to line: [UInt8], within timeout: Duration) throws(PolicyFailure) -> [UInt8] {
    let clock = ContinuousClock()
    let deadline = clock.now + timeout
    try send(line, until: deadline, timeout)
    var answer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      try wait(for: POLLIN, until: deadline, timeout)
      let count = recv(socket, &chunk, chunk.count, Int32(MSG_DONTWAIT))
      if count < 0, errno == EAGAIN || errno == EINTR { continue }
      guard count > 0 else { throw ended() }
      answer += chunk[..<count]
      if let end = answer.firstIndex(of: UInt8(ascii: "\n")) {
        guard end == answer.count - 1 else { throw .unasked }
        return Array(answer.dropLast())
      }
      guard answer.count <= Self.longestLine else { throw .tooLong(limit: Self.longestLine) }
    }
  }

  private func send(
    _ line: [UInt8], until deadline: ContinuousClock.Instant, _ timeout: Duration
  ) throws(PolicyFailure) {
    var rest = (line + [UInt8(ascii: "\n")])[...]
    while !rest.isEmpty {
      let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
      let sent = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, flags) }
      if sent >= 0 {
        rest = rest.dropFirst(sent)
      } else if errno == EAGAIN {
        try wait(for: POLLOUT, until: deadline, timeout)
      } else if errno != EINTR {
        throw ended()
      }
    }
  }

  private func wait(
    for event: Int32, until deadline: ContinuousClock.Instant, _ timeout: Duration
  ) throws(PolicyFailure) {
    while true {
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else { throw .late(seconds: timeout / .seconds(1)) }
      var state = pollfd(fd: socket, events: Int16(event), revents: 0)
      let milliseconds = Int32(min((left / .milliseconds(1)).rounded(.up), 1e9))
      if poll(&state, 1, milliseconds) > 0 { return }
    }
  }

  /// How the program, which closed its end of the socket, came to do so.
  private func ended() -> PolicyFailure {
    guard let end else { return .ended(how: "it closed its output") }
    let status = end._sifields._sigchld.si_status
    return .ended(how: end.si_code == Int32(CLD_EXITED) ? "exit status \(status)" : "by signal \(status)")
  }

  /// How the program ended, without reaping it, so that its number stays its own; `nil` when it is still there after a
  /// second.
  private var end: siginfo_t? {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(1)
    while clock.now < deadline {
      var information = siginfo_t()
      let result = waitid(P_PID, id_t(processID), &information, WEXITED | WNOHANG | WNOWAIT)
      if result == 0, information.si_signo == SIGCHLD { return information }
      usleep(1000)
    }
    return nil
  }
}
