import ArgumentParser
import ClusterControl
import Commands
import Experiments
import Glibc

/// `stop-server`: end the server of a folder of results and everything that it started.
public struct StopServerCommand: ParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "stop-server", abstract: "End the server on this machine and everything that it started.",
    discussion: """
      Requests under way may finish. Only processes that the server has written down are touched, and only if their \
      numbers are still theirs. --clean also ends what a server that was killed has left.

      Example: stop-server --results results
      """, version: Toolkit.version)

  @Option(help: ArgumentHelp("Folder of results that the server was started on.", valueName: "folder"))
  var results = "results"

  @Option(help: "Seconds until a server that does not end is killed, with what it started; from 0.")
  var patienceSeconds = 60.0

  @Flag(help: "End what a server that was killed has left: processes, shared memory, records.")
  var clean = false

  @OptionGroup var says: OutputOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Refuses a patience without sense.
  public func validate() throws {
    guard patienceSeconds >= 0, patienceSeconds <= 86_400 else {
      throw ValidationError("--patience-seconds is \(patienceSeconds); allowed: 0 to 86400.")
    }
  }

  /// Ends the server, waits until it has ended, and says what was there.
  public func run() throws {
    let files = ServerFiles(results: results)
    guard let server = try files.server() else { return try cleanWithoutServer(files) }
    if server.process.isRunning {
      says.detail("Process \(server.processID) serves on port \(server.port); it gets SIGTERM")
      kill(server.processID, SIGTERM)
      let hasEnded = waits(for: server.process, .seconds(patienceSeconds))
      if !hasEnded {
        kill(server.processID, SIGKILL)
        _ = waits(for: server.process, .seconds(5))
      }
      let left = LeftOvers.end(try files.recordedResources())
      files.forget()
      let end = hasEnded ? "." : " by force after \(patienceSeconds) s."
      return try say(
        Ending(server: hasEnded ? .ended : .killed, alsoEnded: left), "The server on \(results) has ended\(end)")
    }
    guard clean else { throw LiveError.leftOvers(results: results) }
    try cleanWithoutServer(files)
  }

  private func cleanWithoutServer(_ files: ServerFiles) throws {
    let left = clean ? LeftOvers.end(try files.recordedResources()) : []
    if clean { files.forget() }
    try say(
      Ending(server: .notRunning, alsoEnded: left),
      left.isEmpty ? "No server runs on \(results), and nothing is left of one." : "Nothing else is left.")
  }

  private func waits(for process: LocalResource.Process, _ patience: Duration) -> Bool {
    let limit = ContinuousClock.now + patience
    while process.isRunning {
      guard ContinuousClock.now < limit else { return false }
      usleep(5_000)
    }
    return true
  }

  private func say(_ ending: Ending, _ sentence: String) throws {
    if says.json { return print(try Output.json(ending)) }
    guard !says.quiet else { return }
    if ending.server != .notRunning { print(sentence) }
    for thing in ending.alsoEnded { print("Ended \(thing).") }
    if ending.server == .notRunning { print(sentence) }
  }

  /// What was there and is not any more, for programs.
  private struct Ending: Encodable {
    enum Server: String, Encodable {
      case ended
      case killed
      case notRunning = "not_running"
    }

    let server: Server
    let alsoEnded: [String]

    enum CodingKeys: String, CodingKey {
      case server
      case alsoEnded = "also_ended"
    }
  }
}
