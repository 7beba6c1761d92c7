import Foundation

/// The built programs, run as a user runs them: as processes, in a folder of their own.
struct Program {
  struct Outcome {
    let exitCode: Int32
    let output: String
    let errors: String
  }

  /// A fresh folder with the paper's numbers, in which programs run.
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("programs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("results"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: Self.package.appendingPathComponent("results/paper"),
      to: folder.appendingPathComponent("results/paper"))
  }

  func remove() {
    do {
      try FileManager.default.removeItem(at: folder)
    } catch {
      // A folder that a test has made unreadable stays behind in the temporary folder; no test depends on it.
    }
  }

  /// Runs a program to its end.
  func run(_ line: String, environment: [String: String] = [:]) throws -> Outcome {
    let process = try start(line, environment: environment)
    let output = process.output.readDataToEndOfFile()
    let errors = process.errors.readDataToEndOfFile()
    process.process.waitUntilExit()
    return Outcome(
      exitCode: process.process.terminationStatus, output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: errors, as: UTF8.self))
  }

  /// Starts a program; what it prints is small enough for a pipe.
  func start(
    _ line: String, environment: [String: String] = [:]
  ) throws -> (process: Process, output: FileHandle, errors: FileHandle) {
    let words = line.split(separator: " ").map(String.init)
    let process = Process()
    process.executableURL = Self.products.appendingPathComponent(words[0])
    process.arguments = Array(words.dropFirst())
    process.currentDirectoryURL = folder
    var variables = ProcessInfo.processInfo.environment
    for name in ["SHARE", "ALIYUN", "HYDRA_CLUSTER", "NO_COLOR", "CLICOLOR_FORCE"] { variables[name] = nil }
    process.environment = variables.merging(environment) { $1 }
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return (process, output.fileHandleForReading, errors.fileHandleForReading)
  }

  func path(_ relative: String) -> String {
    folder.appendingPathComponent(relative).path
  }

  func text(_ relative: String) throws -> String {
    try String(contentsOfFile: path(relative), encoding: .utf8)
  }

  func write(_ text: String, to relative: String) throws {
    try text.write(toFile: path(relative), atomically: true, encoding: .utf8)
  }

  func exists(_ relative: String) -> Bool {
    FileManager.default.fileExists(atPath: path(relative))
  }

  /// The folder of the built programs: that of the test program itself.
  static let products = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    .deletingLastPathComponent()

  /// The root of this package.
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
