import ArgumentParser
import Commands
import Experiments
import FoundationEssentials
import KubernetesClient
import KubernetesDeployment

/// `kubernetes-cluster clean`: delete what a run has left.
struct CleanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean", abstract: "Delete exactly what carries the label of a run, and wait until it is gone.",
    discussion: """
      Deployments, DaemonSets, Jobs and pods with the label hydraserve-repro/run=RUN are deleted, nothing else; what is \
      left when the time is over is printed, and the program exits with 1.

      Example: kubernetes-cluster clean --run prepare --logs logs
      """)

  @Option(name: .customLong("run"), help: "The run, for example prepare.")
  var name: String

  @Option(help: ArgumentHelp("Folder for the output of the pods; made if need be.", valueName: "folder"))
  var logs: String?

  @Option(help: "How long it may take, in seconds; 1 to 86400.")
  var timeoutSeconds = 300

  @Option(help: "Delete nothing: client (say what would be deleted).")
  var dryRun: KubernetesClient.DryRun?

  @OptionGroup var options: ClusterOptions

  func validate() throws {
    guard (1...86_400).contains(timeoutSeconds) else {
      throw ValidationError("--timeout-seconds is \(timeoutSeconds); allowed: 1 to 86400.")
    }
    guard dryRun != .server else { throw ValidationError("--dry-run is server; allowed here: client.") }
    _ = try labels()
  }

  private func labels() throws -> OwnLabels {
    do {
      return try OwnLabels(run: name)
    } catch {
      throw ValidationError("\(error)")
    }
  }

  func run() async throws {
    let cleaner = RunCleaner(
      client: try options.connect(), labels: try labels(), namespace: options.ownNamespace)
    if dryRun != nil {
      for object in try await cleaner.objects() { print("Would delete \(object)") }
      return
    }
    if let logs { try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true) }
    let keepLog = logs.map { folder -> RunCleaner.LogKeeper in
      { pod, output in
        let path = "\(folder)/\(pod).log"
        do {
          try Data(output).write(to: URL(filePath: path))
        } catch {
          throw ExperimentError.file(path: path, action: "write", reason: "\(error)")
        }
      }
    }
    let left = try await cleaner.clean(within: .seconds(timeoutSeconds), keepLog: keepLog) { [options] in
      options.note($0)
    }
    for object in left { print("Left: \(object)") }
    guard left.isEmpty else { throw ExitCode.failure }
    print("Nothing of run \(name) is left in namespace \(options.ownNamespace).")
  }
}
