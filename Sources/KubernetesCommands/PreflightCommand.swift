import ArgumentParser
import Commands
import Experiments
import KubernetesClient
import KubernetesDeployment
import ServingModel

/// `kubernetes-cluster preflight`: what a cluster has of what an experiment needs.
struct PreflightCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preflight", abstract: "Check permissions, nodes, their GPUs, storage and images; change nothing.",
    discussion: """
      Prints a table of what is needed and what is there, and exits with 1 if something is missing. What is only slow, an \
      image that is yet to be fetched, is no failure.

      Example: kubernetes-cluster preflight a10 --context testbed
      """)

  @Argument(help: "Backend: a10, v100, hybrid or one of --config.")
  var backend: String

  @Flag(inversion: .prefixedNo, help: "Pods share GPUs (default), or each has whole GPUs (ServerlessLLM).")
  var share = true

  @Option(help: ArgumentHelp("YAML file laid over the built-in configuration.", valueName: "file"))
  var config: String?

  @OptionGroup var options: ClusterOptions

  func run() async throws {
    let configuration = try asUsage { try Configuration.load(userFile: config) }
    let wanted = try asUsage { try configuration.backend(backend) }
    let findings = try await ClusterPreflight(client: try options.connect()).run(
      configuration.needs(
        of: wanted, namespace: options.ownNamespace, isolation: share ? .shared : .exclusive,
        isForServerlessLLM: !share))
    let missing = findings.filter { $0.state == .missing }
    print(
      options.json ? try Output.json(findings.map(Line.init)) : Self.table(findings),
      terminator: options.json ? "\n" : "")
    guard missing.isEmpty else {
      options.note("\(missing.count) of \(findings.count) things are missing.")
      throw ExitCode.failure
    }
  }

  private static func table(_ findings: [ClusterPreflight.Finding]) -> String {
    var table = TextTable(
      header: ["what", "needed", "found", "state", "to do"], numeric: [false, false, false, false, false])
    for finding in findings {
      table.add([finding.subject, finding.needed, finding.found, finding.state.rawValue, finding.advice])
    }
    return table.text
  }

  private struct Line: Encodable {
    let subject: String
    let needed: String
    let found: String
    let state: String
    let advice: String

    init(_ finding: ClusterPreflight.Finding) {
      subject = finding.subject
      needed = finding.needed
      found = finding.found
      state = finding.state.rawValue
      advice = finding.advice
    }
  }
}
