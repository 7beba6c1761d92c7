import FoundationEssentials
import Glibc

/// Standard error, and whether somebody is looking at it.
package enum Terminal {
  /// A colour of the eight that every terminal has.
  package enum Colour: Int {
    /// What failed.
    case red = 31
    /// What holds.
    case green = 32
  }

  /// One of the two places that a program prints to.
  package enum Place: Int32 {
    /// Where results go.
    case output = 1
    /// Where messages go.
    case errors = 2
  }

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

  /// A text in a colour, where colours are welcome; else the text.
  package static func coloured(_ text: String, _ colour: Colour, for place: Place) -> String {
    let variables = ProcessInfo.processInfo.environment
    guard takesColours(variables, isTerminal: isatty(place.rawValue) == 1) else { return text }
    return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
  }

  /// Whether colours are welcome: on a terminal that is not dumb or with `CLICOLOR_FORCE`, and never with `NO_COLOR`.
  ///
  /// A variable that is empty, or `CLICOLOR_FORCE=0`, counts as not set (https://no-color.org,
  /// https://bixense.com/clicolors).
  static func takesColours(_ variables: [String: String], isTerminal: Bool) -> Bool {
    func isSet(_ name: String) -> Bool { !(variables[name] ?? "").isEmpty }
    if isSet("NO_COLOR") { return false }
    if isSet("CLICOLOR_FORCE"), variables["CLICOLOR_FORCE"] != "0" { return true }
    return isTerminal && variables["TERM"] != "dumb"
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
