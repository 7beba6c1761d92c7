import ArgumentParser
import Commands
import KubernetesClient
import KubernetesDeployment
import ServingModel

/// `kubernetes-cluster label-nodes`: switch the nodes of a cluster between shared and exclusive GPUs.
struct LabelKubernetesNodesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "label-nodes", abstract: "Label the nodes with GPUs, and wait until they offer them accordingly.",
    discussion: """
      Nodes with the label gpu_server are switched by the label that they carry, else by that of Alibaba Cloud \
      (ack.node.gpu.schedule) if their types are its, else by gpushare. What was there before is kept in an annotation of \
      the node until --restore puts it back.

      Example: label-nodes --share --cluster kubernetes --timeout-seconds 900
      Example: label-nodes --restore --cluster kubernetes
      """)

  @Flag(inversion: .prefixedNo, help: "Pods share GPUs (default), or each has whole GPUs.")
  var share: Bool?

  @Flag(
    inversion: .prefixedNo, help: "As --isolation ack and --isolation generic, in the published instructions' words.")
  var aliyun: Bool?

  @Option(help: "Label to switch by: ack or generic; else what the nodes carry.")
  var isolation: IsolationName?

  @Flag(help: "Put back what was there before the first change.")
  var restore = false

  @Flag(inversion: .prefixedNo, help: "Wait until the nodes offer their GPUs in the new mode.")
  var wait = true

  @Option(help: "How long that may take, in seconds; 1 to 86400.")
  var timeoutSeconds = 600

  @Option(help: "Change nothing: client (say what would be sent) or server (have it checked).")
  var dryRun: KubernetesClient.DryRun?

  @OptionGroup var options: ClusterOptions

  /// The names of the labels on the command line.
  enum IsolationName: String, ExpressibleByArgument, CaseIterable {
    case ack
    case generic

    var label: GPUIsolationLabel { self == .ack ? .aliyun : .generic }
  }

  func validate() throws {
    guard (1...86_400).contains(timeoutSeconds) else {
      throw ValidationError("--timeout-seconds is \(timeoutSeconds); allowed: 1 to 86400.")
    }
    if restore, share != nil || aliyun != nil || isolation != nil {
      throw ValidationError("--restore puts back what was there; it takes no --share, --aliyun or --isolation.")
    }
    if isolation != nil, aliyun != nil {
      throw ValidationError("--isolation and --aliyun say the same; give one of them.")
    }
  }

  func run() async throws {
    let labeller = NodeLabeller(client: try options.connect())
    let nodes = try await labeller.nodes()
    let changes = try self.changes(of: nodes)
    if dryRun != .client {
      for change in changes where !change.isDone { try await labeller.apply(change, dryRun: dryRun == .server) }
    }
    try report(changes)
    guard wait, dryRun == nil else { return }
    options.note("Waiting until \(changes.count) nodes offer their GPUs accordingly, at most \(timeoutSeconds) s.")
    try await labeller.wait(for: changes, within: .seconds(timeoutSeconds)) { [options] in options.note($0) }
    if !restore { options.note("To put back what was there before: label-nodes --restore --cluster kubernetes") }
  }

  private func changes(of nodes: [GPUNode]) throws -> [NodeLabeller.Change] {
    guard !restore else { return try NodeLabeller.planOfRestoration(nodes) }
    let mode: GPUIsolation = try share ?? PublishedSwitch.value(of: "SHARE") ?? true ? .shared : .exclusive
    let named = try isolation?.label ?? (aliyun ?? PublishedSwitch.value(of: "ALIYUN")).map { $0 ? .aliyun : .generic }
    return NodeLabeller.plan(nodes, mode, by: try named ?? NodeLabeller.detect(nodes))
  }

  private func report(_ changes: [NodeLabeller.Change]) throws {
    if options.json {
      let nodes = changes.map {
        Labelled.Node(node: $0.node, label: $0.label.rawValue, before: $0.from, value: $0.to, changed: !$0.isDone)
      }
      return print(try Output.json(Labelled(dryRun: dryRun?.rawValue, nodes: nodes)))
    }
    for change in changes {
      let verb = change.isDone ? "Already labelled:" : dryRun == nil ? "Label" : "Would label"
      print("\(verb) node \(change.node) \(change.text)")
    }
  }

  private struct Labelled: Encodable {
    struct Node: Encodable {
      let node: String
      let label: String
      let before: String?
      let value: String?
      let changed: Bool
    }

    let dryRun: String?
    let nodes: [Node]

    enum CodingKeys: String, CodingKey {
      case nodes
      case dryRun = "dry_run"
    }
  }
}
