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
    var ending = Ending()
    if let server, server.process.isRunning {
      says.detail("Process \(server.processID) serves on port \(server.port); it gets SIGTERM")
      kill(server.processID, SIGTERM)
      ending.server = waits(for: server.process, .seconds(patienceSeconds)) ? .ended : .killed
      if ending.server == .killed {
        kill(server.processID, SIGKILL)
        _ = waits(for: server.process, .seconds(5))
      }
      ending.alsoEnded = LeftOvers.end(try files.recordedResources())
      files.forget()
      try await endObjects(files, &ending)
    } else {
      if try endStart(files) { ending.server = .ended }
      let isSomethingLeft =
        try server != nil || files.kubernetesRun() != nil || files.recordedResources().contains(where: \.isThere)
      let endsWhatIsLeft = endsWhatIsLeft || ending.server == .ended
      if isSomethingLeft, !endsWhatIsLeft { throw LiveError.leftOvers(results: results) }
      try await endObjects(files, &ending)
      if endsWhatIsLeft {
        ending.alsoEnded = LeftOvers.end(try files.recordedResources())
        files.forget()
      }
    }
    try say(ending)
    if let run = ending.run, !ending.objectsLeft.isEmpty {
      throw LiveError.objectsLeft(run: run, objects: ending.objectsLeft)
    }
  }

  /// Ends a server that has begun to start and does not answer yet.
  ///
  /// - Returns: whether there was one.
  private func endStart(_ files: ServerFiles) throws -> Bool {
    guard let processID = try files.holder() else { return false }
    says.detail("Process \(processID) is about to serve; it gets SIGTERM")
    kill(processID, SIGTERM)
    let limit = ContinuousClock.now + .seconds(patienceSeconds)
    while try files.holder() == processID {
      if ContinuousClock.now >= limit { kill(processID, SIGKILL) }
      usleep(5_000)
    }
    return true
  }

  /// Deletes what a controller on a Kubernetes cluster has not deleted itself.
  private func endObjects(_ files: ServerFiles, _ ending: inout Ending) async throws {
    guard let run = try files.kubernetesRun() else { return }
    (ending.run, ending.namespace) = (run.run, run.namespace)
    ending.objectsLeft = try await run.end(files: files, within: .seconds(cleaningSeconds)) { [says] in says.note($0) }
  }

  private func waits(for process: LocalResource.Process, _ patience: Duration) -> Bool {
    let limit = ContinuousClock.now + patience
    while process.isRunning {
      guard ContinuousClock.now < limit else { return false }
      usleep(5_000)
    }
    return true
  }

  private func say(_ ending: Ending) throws {
    if says.json { return print(try Output.json(ending)) }
    for object in ending.objectsLeft { print("Left: \(object)") }
    if !says.quiet { for line in ending.lines(results: results, patience: patienceSeconds) { print(line) } }
  }

  /// What was there and is not any more, and what still is.
  private struct Ending: Encodable {
    enum Server: String, Encodable {
      case ended
      case killed
      case notRunning = "not_running"
    }

    var server = Server.notRunning
    var alsoEnded: [String] = []
    var run: String?
    var namespace: String?
    var objectsLeft: [String] = []

    enum CodingKeys: String, CodingKey {
      case server, run, namespace
      case alsoEnded = "also_ended"
      case objectsLeft = "objects_left"
    }

    func lines(results: String, patience: Double) -> [String] {
      var lines: [String] = []
      switch server {
      case .ended: lines.append("The server on \(results) has ended.")
      case .killed: lines.append("The server on \(results) has ended by force after \(patience) s.")
      case .notRunning: break
      }
      lines += alsoEnded.map { "Ended \($0)." }
      if let run, let namespace, objectsLeft.isEmpty {
        lines.append("Nothing of run \(run) is left in namespace \(namespace).")
      }
      if server == .notRunning {
        let isNothing = alsoEnded.isEmpty && run == nil
        lines.append(isNothing ? "No server runs on \(results), and nothing is left of one." : "Nothing else is left.")
      }
      return lines
    }
  }
}
