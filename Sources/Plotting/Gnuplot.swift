import Dispatch
import Foundation
import Quantities

/// The one thing we ask of gnuplot: to run a script in a folder.
public struct Gnuplot: Sendable {
  /// Runs a script; what the script names as output appears in the working folder.
  ///
  /// Throws `PlottingError` when gnuplot is missing, fails, or does not finish.
  public var run: @Sendable (_ script: String, _ workingFolder: String) throws -> Void

  /// A gnuplot that does what the closure does.
  public init(run: @escaping @Sendable (_ script: String, _ workingFolder: String) throws -> Void) {
    self.run = run
  }

  /// The gnuplot on the PATH, ended after 60 s.
  public static let live = Gnuplot.program("gnuplot", limit: .seconds(60))

  /// A program on the PATH that reads a gnuplot script from its standard input.
  ///
  /// Its clock is set to UTC and its messages to English, so that a figure does not depend on where it was drawn. The
  /// messages of a run that ends well are dropped: gnuplot writes there about fonts that it replaced.
  ///
  /// - Parameters:
  ///   - name: the program's name or path.
  ///   - limit: how long it may take before it is ended.
  public static func program(_ name: String, limit: Duration) -> Gnuplot {
    Gnuplot { script, workingFolder in
      try withScratchFolder { scratch in
        let messages = scratch.appendingPathComponent("messages.txt")
        let status = try launch(name, script: script, in: workingFolder, messages: messages, limit: limit)
        guard status != 127 else { throw PlottingError.gnuplotMissing(program: name) }
        guard status == 0 else {
          let message = String(decoding: try Data(contentsOf: messages), as: UTF8.self)
          throw PlottingError.gnuplotFailed(status: status, message: summary(of: message))
        }
      }
    }
  }

  /// Runs the program to its end, or for as long as it may take; returns its exit status.
  ///
  /// Script and messages go through files, not pipes: a pipe that fills up while we wait would stop both sides.
  private static func launch(
    _ name: String, script: String, in workingFolder: String, messages: URL, limit: Duration
  ) throws -> Int {
    let input = messages.deletingLastPathComponent().appendingPathComponent("script.gp")
    try Data(script.utf8).write(to: input)
    try Data().write(to: messages)
    let scriptHandle = try FileHandle(forReadingFrom: input)
    defer { scriptHandle.closeFile() }
    let messageHandle = try FileHandle(forWritingTo: messages)
    defer { messageHandle.closeFile() }

    let process = Process()
    // `env` looks for the program on the PATH, and ends with 127 when it is not there.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["LC_ALL=C.UTF-8", "TZ=UTC", name, "-"]
    process.currentDirectoryURL = URL(fileURLWithPath: workingFolder)
    process.standardInput = scriptHandle
    process.standardOutput = messageHandle
    process.standardError = messageHandle
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    guard ended.wait(timeout: .now() + limit.inSeconds) == .success else {
      kill(process.processIdentifier, SIGKILL)
      _ = ended.wait(timeout: .now() + 5)
      throw PlottingError.gnuplotTooSlow(seconds: limit.inSeconds)
    }
    return Int(process.terminationStatus)
  }

  /// Gives a folder of our own for the time of the closure.
  private static func withScratchFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gnuplot-\(UUID().uuidString)")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let result = Result { try body(folder) }
      try FileManager.default.removeItem(at: folder)
      try result.get()
    } catch let error as PlottingError {
      throw error
    } catch {
      throw PlottingError.fileFailed(path: folder.path, reason: "\(error.localizedDescription)")
    }
  }

  /// gnuplot's message on one line, without the marker line that points into the script.
  private static func summary(of message: String) -> String {
    let lines = message.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
    return lines.filter { !$0.isEmpty && $0 != "^" }.joined(separator: " ")
  }
}
