import ArgumentParser
import Experiments
import ServingModel

/// `label-nodes`: switch the nodes between shared and exclusive GPUs.
public struct LabelNodesCommand: ParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "label-nodes",
    abstract: "Label the GPU nodes for shared GPUs (HydraServe, Serverless vLLM) or exclusive ones (ServerlessLLM).",
    discussion: """
      As in the published instructions, SHARE=1 label-nodes and SHARE=0 label-nodes do the same as --share and \
      --no-share, and ALIYUN=0 as --no-aliyun. On the simulated cluster the labels are kept in the folder of results. \
      With --cluster kubernetes the nodes of a cluster are labelled; the options for that are in \
      kubernetes-cluster label-nodes --help.

      Example: label-nodes --share
      """, version: Toolkit.version)

  @Flag(inversion: .prefixedNo, help: "Pods share GPUs (default), or each has whole GPUs.")
  var share: Bool?

  @Flag(inversion: .prefixedNo, help: "The label of Alibaba Cloud's clusters (default), or the one of others.")
  var aliyun: Bool?

  @Flag(help: "Print what would be done and do nothing.")
  var dryRun = false

  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Labels the nodes, or prints what it would do.
  public func run() throws {
    let isolation: GPUIsolation = try share ?? PublishedSwitch.value(of: "SHARE") ?? true ? .shared : .exclusive
    let key: SimulatedNodes.LabelKey = try aliyun ?? PublishedSwitch.value(of: "ALIYUN") ?? true ? .aliyun : .generic
    let configuration = try shared.inputs().configuration
    let nodes = try Set(configuration.backendNames.flatMap { try configuration.backend($0).labelledNodes }).sorted()
    if !dryRun {
      try SimulatedNodes(results: shared.results).label(nodes, isolation, key: key)
    }
    let label = "\(key.rawValue)=\(key.value(for: isolation))"
    if shared.json {
      print(try Output.json(Labels(label: label, isolation: isolation.rawValue, nodes: nodes, dryRun: dryRun)))
      return
    }
    for node in nodes {
      print("\(dryRun ? "Would label" : "Label") node \(node) \(label)")
    }
  }

  private struct Labels: Encodable {
    let label: String
    let isolation: String
    let nodes: [String]
    let dryRun: Bool

    enum CodingKeys: String, CodingKey {
      case label, isolation, nodes
      case dryRun = "dry_run"
    }
  }
}
