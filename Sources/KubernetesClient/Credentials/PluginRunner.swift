import CCurl
import Glibc

/// Runs a credential program by its argument vector, never by a shell, and reads what it prints.
public struct PluginRunner: Sendable {
  /// Runs a program; it is told the JSON of `KUBERNETES_EXEC_INFO` and whether it has the terminal.
  public var run: @Sendable (CredentialPlugin, _ information: String, _ isInteractive: Bool) async throws -> [UInt8]
  /// Whether there is a terminal.
  public var hasTerminal: Bool

  /// A runner.
  public init(
    hasTerminal: Bool, run: @escaping @Sendable (CredentialPlugin, String, Bool) async throws -> [UInt8]
  ) {
    self.hasTerminal = hasTerminal
    self.run = run
  }

  /// Runs programs as processes; what they write to standard error is seen.
  ///
  /// - Parameters:
  ///   - environment: the variables that they inherit, as `NAME=value`.
  ///   - limit: after so long, a program is killed with what it has started.
  public static func live(environment: [String], limit: Duration = .seconds(60)) -> PluginRunner {
    PluginRunner(hasTerminal: isatty(STDIN_FILENO) == 1) { plugin, information, isInteractive in
      let added =
        plugin.environment.map { "\($0.name)=\($0.value)" } + ["KUBERNETES_EXEC_INFO=\(information)"]
      let names = added.map { $0.prefix { $0 != "=" } }
      let kept = environment.filter { variable in !names.contains(variable.prefix { $0 != "=" }) }
      return try await OwnThread.run {
        let run = try PluginProcess(plugin, environment: kept + added, isInteractive: isInteractive)
        return try run.output(limit: limit)
      }
    }
  }
}

/// One run of a credential program.
private struct PluginProcess {
  private let plugin: CredentialPlugin
  private let processID: pid_t
  private let reader: Int32
  private let isInteractive: Bool

  /// The most bytes that a program may print.
  private static let longestOutput = 1 << 20

  init(_ plugin: CredentialPlugin, environment: [String], isInteractive: Bool) throws {
    self.plugin = plugin
    self.isInteractive = isInteractive
    var ends: [Int32] = [-1, -1]
    guard hydra_pipe(&ends) == 0 else {
      throw KubeconfigError.pluginFailed(command: plugin.command, reason: String(cString: strerror(errno)))
    }
    reader = ends[0]
    defer { close(ends[1]) }
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    if !isInteractive { posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0) }
    posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    if !isInteractive {  // a group of its own could not read from the terminal
      posix_spawnattr_setpgroup(&attributes, 0)
      posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    }
    var words = ([plugin.command] + plugin.arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup($0) } + [nil]
    defer { for text in words + variables { free(text) } }
    var processID: pid_t = 0
    let failure = posix_spawnp(&processID, plugin.command, &files, &attributes, &words, &variables)
    guard failure == 0 else {
      close(ends[0])
      let hint = failure == ENOENT ? plugin.installHint.map { "; \($0)" } ?? "" : ""
      throw KubeconfigError.pluginFailed(
        command: plugin.command, reason: String(cString: strerror(failure)) + hint)
    }
    self.processID = processID
  }

  func output(limit: Duration) throws -> [UInt8] {
    defer { close(reader) }
    let deadline = ContinuousClock.now + limit
    var output: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16 * 1024)
    while true {
      guard waits(until: deadline) else { throw end("it did not end within \(limit.components.seconds) s") }
      let count = read(reader, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      output += piece[..<count]
      guard output.count <= Self.longestOutput else {
        throw end("it printed more than \(Self.longestOutput) bytes")
      }
    }
    let status = try exit(until: deadline, limit: limit)
    guard status == 0 else {
      throw KubeconfigError.pluginFailed(
        command: plugin.command,
        reason: status & 0x7F == 0 ? "it exited with \(status >> 8 & 0xFF)" : "signal \(status & 0x7F) ended it")
    }
    return output
  }

  /// Waits for something to read; `false` when the time is over.
  private func waits(until deadline: ContinuousClock.Instant) -> Bool {
    while true {
      let left = (deadline - ContinuousClock.now).components
      guard left.seconds >= 0, left.attoseconds >= 0 else { return false }
      var descriptor = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
      let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
      let count = poll(&descriptor, 1, Int32(clamping: milliseconds + 1))
      if count > 0 { return true }
      if count == 0 { return false }
    }
  }

  private func exit(until deadline: ContinuousClock.Instant, limit: Duration) throws -> Int32 {
    var status: Int32 = 0
    while true {
      let ended = waitpid(processID, &status, WNOHANG)
      if ended == processID { return status }
      guard ContinuousClock.now < deadline else {
        throw end("it did not end within \(limit.components.seconds) s")
      }
      usleep(2_000)  // it has closed its output, so it is about to end
    }
  }

  /// Kills the program and, where it has a group of its own, all that it has started.
  private func end(_ reason: String) -> KubeconfigError {
    kill(isInteractive ? processID : -processID, SIGKILL)
    var status: Int32 = 0
    while waitpid(processID, &status, 0) < 0, errno == EINTR {}
    return .pluginFailed(command: plugin.command, reason: reason)
  }
}
