import KubernetesClient
import ServingModel
import Synchronization
import WireProtocols

/// Switches the nodes with GPUs between shared and exclusive ones, and back.
///
/// Only the isolation label and an annotation of ours are touched, both in one patch that fails if somebody has changed
/// the node meanwhile; the annotation remembers what was there before the first change.
public struct NodeLabeller: Sendable {
  /// A change of one node's label.
  public struct Change: Hashable, Sendable {
    /// The node.
    public let node: String
    /// The label.
    public let label: GPUIsolationLabel
    /// Its value now; `nil` for none.
    public let from: String?
    /// Its value then; `nil` to remove it.
    public let to: String?
    /// Whether it puts back what was there before.
    let isRestoration: Bool

    /// Whether the label has that value already.
    public var isDone: Bool { from == to && !isRestoration }

    /// How the node gives GPUs to pods then; `nil` where this toolkit does not know.
    public var isolation: GPUIsolation? {
      guard let to else { return .exclusive }
      return label.isolation(of: to)
    }

    /// As `kubectl label` has it.
    public var text: String { to.map { "\(label.rawValue)=\($0)" } ?? "\(label.rawValue)-" }
  }

  private static let mostAttempts = 5
  private let client: KubernetesClient

  /// A labeller of the nodes of a cluster.
  public init(client: KubernetesClient) {
    self.client = client
  }

  /// The nodes with GPUs, sorted by name.
  ///
  /// - Throws: ``DeploymentError/noGPUNodes``, `KubernetesError`.
  public func nodes() async throws -> [GPUNode] {
    let list = try await client.list(.nodes, selector: try Self.selector)
    let nodes = list.items.map(GPUNode.init).sorted { $0.name < $1.name }
    guard !nodes.isEmpty else { throw DeploymentError.noGPUNodes }
    return nodes
  }

  private static var selector: LabelSelector {
    get throws { try LabelSelector.everything.andHas(GPUNode.serverLabel) }
  }

  /// Which label nodes go by: the one that they carry, else that of Alibaba Cloud if their types are its.
  ///
  /// - Throws: ``DeploymentError/bothLabels(first:second:)``.
  public static func detect(_ nodes: [GPUNode]) throws -> GPUIsolationLabel {
    let carriers = GPUIsolationLabel.allCases.map { label in nodes.first { $0.value(of: label) != nil } }
    if let first = carriers[0], let second = carriers[1] {
      throw DeploymentError.bothLabels(first: first.name, second: second.name)
    }
    if carriers[0] != nil { return .aliyun }
    if carriers[1] != nil { return .generic }
    return nodes.contains { $0.instanceType?.hasPrefix("ecs.") == true } ? .aliyun : .generic
  }

  /// What is to change for nodes to give GPUs in a mode.
  public static func plan(
    _ nodes: [GPUNode], _ isolation: GPUIsolation, by label: GPUIsolationLabel
  ) -> [Change] {
    nodes.map {
      Change(
        node: $0.name, label: label, from: $0.value(of: label), to: label.value(for: isolation), isRestoration: false)
    }
  }

  /// What is to change for nodes to be as they were.
  ///
  /// On Alibaba Cloud, removing the label does not bring whole GPUs back, so `default` is put where there was none.
  ///
  /// - Throws: ``DeploymentError/nothingToRestore``.
  public static func planOfRestoration(_ nodes: [GPUNode]) throws -> [Change] {
    let changes = nodes.flatMap { node in
      GPUIsolationLabel.allCases.compactMap { label in
        node.memory(of: label).map { restoration(of: node, label, $0) }
      }
    }
    guard !changes.isEmpty else { throw DeploymentError.nothingToRestore }
    return changes
  }

  private static func restoration(of node: GPUNode, _ label: GPUIsolationLabel, _ memory: NodeMemory) -> Change {
    let before: String? =
      switch memory {
      case .value(let value): value
      case .absent: label == .aliyun ? label.value(for: .exclusive) : nil
      }
    return Change(node: node.name, label: label, from: node.value(of: label), to: before, isRestoration: true)
  }

  /// Makes a change; another change of the node in between is taken into account.
  ///
  /// - Throws: ``DeploymentError``, `KubernetesError`.
  public func apply(_ change: Change, dryRun: Bool = false) async throws {
    for _ in 0..<Self.mostAttempts {
      guard let object = try await client.get(.nodes, change.node) else {
        throw DeploymentError.nodeGone(change.node)
      }
      guard let patch = Self.patch(for: change, of: GPUNode(object)) else { return }
      do {
        try await client.mergePatch(.nodes, change.node, patch, dryRun: dryRun)
        return
      } catch KubernetesError.refused(_, 409, _, _) {
        continue
      }
    }
    throw DeploymentError.contended(node: change.node, attempts: Self.mostAttempts)
  }

  /// The patch for a node as it is now; `nil` when there is nothing to do.
  static func patch(for change: Change, of node: GPUNode) -> JSON? {
    let annotation = NodeMemory.annotation(of: change.label)
    var annotations: [JSON.Member] = []
    if change.isRestoration {
      guard node.memory(of: change.label) != nil else { return nil }
      annotations.append(.init(annotation, .null))
    } else {
      guard node.value(of: change.label) != change.to else { return nil }
      if node.memory(of: change.label) == nil {
        annotations.append(.init(annotation, .string(NodeMemory(node.value(of: change.label)).annotation)))
      }
    }
    let label = JSON.Member(change.label.rawValue, change.to.map(JSON.string) ?? .null)
    var metadata: [JSON.Member] = [
      .init("resourceVersion", .string(node.resourceVersion)), .init("labels", .object([label])),
    ]
    if !annotations.isEmpty { metadata.append(.init("annotations", .object(annotations))) }
    return ["metadata": .object(metadata)]
  }

  /// Waits until nodes offer their GPUs as the changes want.
  ///
  /// - Parameter progress: told of every node that does.
  /// - Throws: `KubernetesError.notInTime`, which says what is still missing.
  public func wait(
    for changes: [Change], within limit: Duration, progress: @escaping @Sendable (String) -> Void
  ) async throws {
    let wanted = Self.wantedModes(changes)
    guard !wanted.isEmpty else { return }
    let waiting = Waiting(wanted)
    try await client.wait(
      for: .nodes, selector: try Self.selector, within: limit, what: "nodes do not offer their GPUs as they should"
    ) { event in
      waiting.take(event, progress)
    } state: {
      waiting.state
    }
  }

  /// The mode of each node, by the last change that says one.
  private static func wantedModes(_ changes: [Change]) -> [String: GPUIsolation] {
    changes.reduce(into: [:]) { modes, change in
      if let isolation = change.isolation { modes[change.node] = isolation }
    }
  }

  /// The nodes that are waited for.
  private final class Waiting: Sendable {
    private let wanted: [String: GPUIsolation]
    private let missing: Mutex<[String: String]>

    init(_ wanted: [String: GPUIsolation]) {
      self.wanted = wanted
      missing = Mutex(wanted.mapValues { _ in "not seen yet" })
    }

    /// Whether all are as they should be.
    func take(_ event: WatchEvent, _ progress: (String) -> Void) -> Bool {
      switch event {
      case .added(let object), .changed(let object):
        let node = GPUNode(object)
        guard let isolation = wanted[node.name] else { break }
        let isReady = node.offers(isolation)
        let wasReady = missing.withLock { missing in
          let wasReady = missing[node.name] == nil
          missing[node.name] = isReady ? nil : node.offer
          return wasReady
        }
        if isReady, !wasReady { progress("Node \(node.name) offers \(node.offer).") }
      case .removed(let object):
        if wanted[object.name] != nil { missing.withLock { $0[object.name] = "gone" } }
      case .trouble(let reason): progress(reason)
      case .complete: break
      }
      return missing.withLock { $0.isEmpty }
    }

    var state: String {
      missing.withLock { missing in
        missing.keys.sorted().map { "\($0) (\(missing[$0] ?? ""))" }.joined(separator: ", ")
      }
    }
  }
}
