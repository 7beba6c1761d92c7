import CSpawn
import Experiments
import FoundationEssentials
import Glibc
import PodEmulation

/// A process of this program that goes on when its parent ends.
enum Background {
  /// The folder of this program and its siblings.
  static func programs() throws -> String {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return own.split(separator: "/").dropLast().map { "/\($0)" }.joined()
  }

  /// Starts a subcommand of a program that goes into a session of its own, with nothing to read and its output in a file.
  ///
  /// - Returns: its process number.
  static func start(_ name: String, _ command: String, _ arguments: [String], log: String) throws -> Int32 {
    let program = try programs() + "/\(name)"
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO)
    // Whoever waits for the end of a pipe or socket of ours must not wait for the server.
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1)
    var words = ([program, command] + arguments).map { strdup($0) }
    defer { for word in words { free(word) } }
    words.append(nil)
    var processID: pid_t = 0
    let failure = posix_spawn(&processID, program, &files, nil, words, environ)
    guard failure == 0 else {
      throw PodError.systemRefused(what: "the start of \(program)", reason: String(cString: strerror(failure)))
    }
    return processID
  }

  /// Waits until a server that was started so answers.
  ///
  /// - Parameter told: handed every line that the server has written meanwhile.
  /// - Throws: ``LiveError/startInterrupted(results:)`` on a signal, ``LiveError/notStarted(reason:log:)``; a server that only took too long has been told to end then.
  static func answer(
    of processID: Int32, _ files: ServerFiles, within patience: Duration, told: (String) -> Void = { _ in }
  ) async throws -> ServerRecord {
    let limit = ContinuousClock.now + patience
    var lines = 0
    Interruption.watch()
    while ContinuousClock.now < limit {
      let written = ((try? FileStore.read(files.log)) ?? "").split(separator: "\n", omittingEmptySubsequences: false)
      for line in written.dropLast().dropFirst(lines) { told(String(line)) }
      lines = max(lines, written.count - 1)
      if let record = try files.server(), record.processID == processID, (try? HTTPProbe.health(of: record)) != nil {
        return record
      }
      var status: Int32 = 0
      if waitpid(processID, &status, WNOHANG) == processID {
        throw LiveError.notStarted(reason: lastLine(of: files.log), log: files.log)
      }
      if Interruption.happened {
        kill(processID, SIGTERM)
        throw LiveError.startInterrupted(results: files.results)
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    kill(processID, SIGTERM)
    throw LiveError.notStarted(reason: "It did not answer for \(patience.components.seconds) s.", log: files.log)
  }

  /// The last line that is not empty, without the mark of an error.
  static func lastLine(of log: String) -> String {
    let text = (try? FileStore.read(log)) ?? ""
    let line = text.split(separator: "\n").last(where: { !$0.isEmpty }) ?? "it said nothing."
    return String(line.hasPrefix("Error: ") ? line.dropFirst("Error: ".count) : line)
  }
}
