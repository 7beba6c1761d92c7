import Glibc

/// The programs that make networks, of the package iproute2.
enum NetworkTool: String {
  case ip, tc

  /// Where the program is.
  ///
  /// - Throws: ``ClusterControlError/networkRefused(what:reason:)``.
  func path() throws(ClusterControlError) -> String {
    let places = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"].map { "\($0)/\(rawValue)" }
    guard let path = places.first(where: { access($0, X_OK) == 0 }) else {
      throw .networkRefused(what: "`\(rawValue)`", reason: "it is not installed; run `apt-get install iproute2`")
    }
    return path
  }

  /// Runs the program to its end, which takes milliseconds.
  ///
  /// - Throws: ``ClusterControlError/networkRefused(what:reason:)`` with what the program said.
  func run(_ arguments: [String]) throws(ClusterControlError) {
    let path = try path()
    func refused(_ reason: String) -> ClusterControlError {
      .networkRefused(what: "`\(([rawValue] + arguments).joined(separator: " "))`", reason: reason)
    }
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw refused(String(cString: strerror(errno))) }
    defer { close(ends[0]) }
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&files, ends[1], STDERR_FILENO)
    var words = ([path] + arguments).map { strdup($0) }
    defer { for word in words { free(word) } }
    words.append(nil)
    var environment: [UnsafeMutablePointer<CChar>?] = [nil]
    var processID: pid_t = 0
    let failure = posix_spawn(&processID, path, &files, nil, words, &environment)
    close(ends[1])
    guard failure == 0 else { throw refused(String(cString: strerror(failure))) }
    let said = Self.text(from: ends[0])
    var status: Int32 = 0
    while waitpid(processID, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else { throw refused(said.isEmpty ? "it failed without a word" : said) }
  }

  /// What is written to a socket until its end, without line ends.
  private static func text(from descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      bytes += piece[..<count]
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").joined(separator: " ")
  }
}
