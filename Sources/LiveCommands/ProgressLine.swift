import Glibc
import LoadGeneration
import Quantities

/// How far a run has come, on standard error: a line written over on a terminal, else a plain line now and then.
struct ProgressLine {
  private let isShown: Bool
  private let isTerminal: Bool
  private var lastLine: Duration?
  private var latest: LoadProgress?

  /// Between plain lines.
  private static let pause = Duration.seconds(10)
  private static let width = 20

  init(isShown: Bool) {
    self.isShown = isShown
    isTerminal = isatty(STDERR_FILENO) == 1
  }

  mutating func show(_ progress: LoadProgress) {
    guard isShown else { return }
    latest = progress
    if isTerminal {
      Self.write("\r\u{1B}[2K\(Self.bar(progress)) \(Self.text(of: progress))")
    } else if lastLine.map({ progress.elapsed - $0 >= Self.pause }) ?? true {
      lastLine = progress.elapsed
      Self.write(Self.text(of: progress) + "\n")
    }
  }

  /// Leaves the end of the run on the terminal, or prints it.
  func finish() {
    guard let latest else { return }
    Self.write(isTerminal ? "\n" : Self.text(of: latest) + "\n")
  }

  /// Running, done, failed, rate and the time that is left.
  static func text(of progress: LoadProgress) -> String {
    let ended = progress.done + progress.failed
    let seconds = progress.elapsed.inSeconds
    let rate = seconds > 0 ? Double(ended) / seconds : 0
    let left = max(0, (progress.lastSend - progress.elapsed).inSeconds)
    let rest = progress.waiting > 0 ? ", last request in \(Int(left.rounded(.up))) s" : ""
    return "\(Int(seconds)) s: \(progress.running) running, \(progress.done) done, \(progress.failed) failed, "
      + "\((rate * 10).rounded() / 10)/s\(rest)"
  }

  private static func bar(_ progress: LoadProgress) -> String {
    let all = progress.waiting + progress.running + progress.done + progress.failed
    let full = all > 0 ? width * (progress.done + progress.failed) / all : 0
    return "[\(String(repeating: "#", count: full))\(String(repeating: ".", count: width - full))]"
  }

  private static func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }  // nobody can be told that standard error is gone
      bytes = bytes.dropFirst(count)
    }
  }
}
