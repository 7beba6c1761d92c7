import ArgumentParser
import ClusterControl
import Commands
import Experiments
import Glibc

/// `stop-server`: end the server of a folder of results and everything that it started.
public struct StopServerCommand: AsyncParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "stop-server", abstract: "End the server on this machine and everything that it started.",
    discussion: """
      Requests under way may finish. Only processes that the server has written down are touched, and only if their \
      numbers are still theirs; on a Kubernetes cluster only objects that carry the label of its run. What cannot be ended \
      is printed, and the program exits with 1. --clean also ends what a server that was killed has left, as --cluster \
      kubernetes does.

      Example: stop-server --results results
      """, version: Toolkit.version)

  @Option(help: ArgumentHelp("Folder of results that the server was started on.", valueName: "folder"))
  var results = "results"

  @Option(help: "Seconds until a server that does not end is killed, with what it started; from 0.")
  var patienceSeconds = 60.0

  @Flag(help: "End what a server that was killed has left: processes, shared memory, objects of a cluster, records.")
  var clean = false

  @Option(help: "Kind of cluster that the server is on; allowed: local, kubernetes. It is found out if not given.")
  var cluster: String?

  @Option(help: "How long the deletion of what is on a Kubernetes cluster may take, in seconds; 1 to 86400.")
  var cleaningSeconds = 180

  @OptionGroup var says: OutputOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Refuses a patience without sense, and a cluster on which no server runs.
  public func validate() throws {
    guard cluster.map({ ["local", "kubernetes"].contains($0) }) ?? true else {
      throw ValidationError("There is no server on the cluster `\(cluster ?? "")`; allowed: local, kubernetes.")
    }
    guard (1...86_400).contains(cleaningSeconds) else {
      throw ValidationError("--cleaning-seconds is \(cleaningSeconds); allowed: 1 to 86400.")
    }
    guard patienceSeconds >= 0, patienceSeconds <= 86_400 else {
      throw ValidationError("--patience-seconds is \(patienceSeconds); allowed: 0 to 86400.")
    }
  }

  private var endsWhatIsLeft: Bool { clean || cluster == "kubernetes" }

  /// Ends the server, waits until it has ended, and says what was there.
  public func run() async throws {
    let files = ServerFiles(results: results)
    let server = try files.server()
    if let server, server.process.isRunning {
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
      try say(
        Ending(server: hasEnded ? .ended : .killed, alsoEnded: left), "The server on \(results) has ended\(end)")
      return try await endObjects(files)
    }
    let isSomethingLeft = try server != nil || files.kubernetesRun() != nil
    if isSomethingLeft, !endsWhatIsLeft {
      throw LiveError.leftOvers(results: results)
    }
    try await endObjects(files)
    try cleanWithoutServer(files)
  }

  /// Deletes what a controller on a Kubernetes cluster has not deleted itself.
  private func endObjects(_ files: ServerFiles) async throws {
    guard let run = try files.kubernetesRun() else { return }
    let left = try await run.end(files: files, within: .seconds(cleaningSeconds)) { [says] in says.note($0) }
    for object in left where !says.json { print("Left: \(object)") }
    guard left.isEmpty else { throw LiveError.objectsLeft(run: run.run, objects: left) }
    let sentence = "Nothing of run \(run.run) is left in namespace \(run.namespace)."
    if says.json { says.note(sentence) } else if !says.quiet { print(sentence) }
  }

  private func cleanWithoutServer(_ files: ServerFiles) throws {
    let left = endsWhatIsLeft ? LeftOvers.end(try files.recordedResources()) : []
    if endsWhatIsLeft { files.forget() }
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
