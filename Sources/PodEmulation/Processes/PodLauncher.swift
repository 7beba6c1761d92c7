import CSpawn
import Glibc

/// Starts the processes that stand in for pods.
///
/// Only what was started here is ever ended, by the number that the start returned. A process is told by the end of its
/// standard input that its launcher is gone, so nothing is left behind even when the launcher is killed.
public enum PodLauncher {
  /// Starts a process.
  ///
  /// - Throws: ``PodError/systemRefused(what:reason:)``, for example when there is no such program.
  public static func start(_ pod: PodProcess) throws(PodError) -> RunningPod {
    var ends: [Int32] = [0, 0]
    // A pair of sockets and not a pipe: it can be made without a moment in which another child inherits it.
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw .refused("a pair of sockets for \(pod.name)") }
    defer { close(ends[0]) }
    let processID: Int32
    do {
      processID = try spawn(pod, input: ends[0])
    } catch {
      close(ends[1])
      throw error
    }
    do {
      return RunningPod(
        name: pod.name, watch: try ProcessWatch(name: pod.name, processID: processID), lifeline: ends[1])
    } catch {
      close(ends[1])
      kill(-processID, SIGKILL)
      waitpid(processID, nil, 0)
      throw error
    }
  }

  private static func spawn(_ pod: PodProcess, input: Int32) throws(PodError) -> Int32 {
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO)
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, pod.logFile, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO)
    // A socket of ours that a child holds open never ends for whoever is at its other end.
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setpgroup(&attributes, 0)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    var arguments = ([pod.program] + pod.arguments).map { strdup($0) }
    var environment = pod.environment.map { strdup("\($0.name)=\($0.value)") }
    defer { for text in arguments + environment { free(text) } }
    arguments.append(nil)
    environment.append(nil)
    var processID: pid_t = 0
    let failure = posix_spawn(&processID, pod.program, &files, &attributes, arguments, environment)
    guard failure == 0 else {
      throw .systemRefused(
        what: "the start of \(pod.program) for \(pod.name)", reason: String(cString: strerror(failure)))
    }
    return processID
  }
}
