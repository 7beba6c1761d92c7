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

  /// Starts a subcommand that goes into a session of its own, with nothing to read and its output in a file.
  ///
  /// - Returns: its process number.
  static func start(_ command: String, _ arguments: [String], log: String) throws -> Int32 {
    let program = try programs() + "/local-cluster"
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

  /// The last line that is not empty, without the mark of an error.
  static func lastLine(of log: String) -> String {
    let text = (try? FileStore.read(log)) ?? ""
    let line = text.split(separator: "\n").last(where: { !$0.isEmpty }) ?? "it said nothing."
    return String(line.hasPrefix("Error: ") ? line.dropFirst("Error: ".count) : line)
  }
}
