import Glibc

/// Standard error, and whether somebody is looking at it.
package enum Terminal {
  /// Prints a line to standard error.
  package static func error(_ line: String) {
    write(line + "\n")
  }

  /// Whether standard error is a terminal, where a line can be written over.
  static var isInteractive: Bool {
    isatty(STDERR_FILENO) == 1
  }

  /// Writes the current line of the terminal anew.
  static func status(_ text: String) {
    write("\r\u{1B}[2K" + text)
  }

  private static func write(_ text: String) {
    fflush(nil)  // results printed before come before, when both go to one place
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }  // nobody can be told that standard error is gone
      bytes = bytes.dropFirst(count)
    }
  }
}
