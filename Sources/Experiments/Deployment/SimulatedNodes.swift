import FoundationEssentials
import ServingModel

/// The labels of the simulated nodes, kept in the folder of results between commands as a cluster would keep them.
///
/// Like nodes fresh from the provider, they give whole GPUs to pods until they are labelled.
public struct SimulatedNodes: Sendable {
  /// Which key carries the label: the provider's own, or the one for other clusters.
  public typealias LabelKey = GPUIsolationLabel

  private struct File: Codable {
    struct Node: Codable {
      var label: LabelKey
      var isolation: String
    }

    var schemaVersion = 1
    var nodes: [String: Node] = [:]

    enum CodingKeys: String, CodingKey {
      case nodes
      case schemaVersion = "schema_version"
    }
  }

  private let folder: StateFolder

  /// The nodes of the simulated cluster of a folder of results.
  public init(results: String) {
    self.folder = StateFolder(results: results)
  }

  /// How a node isolates its GPUs, with the label as `kubectl` would show it.
  public func isolation(of node: String) throws -> (isolation: GPUIsolation, label: String) {
    guard let labelled = try load().nodes[node], let isolation = GPUIsolation(rawValue: labelled.isolation) else {
      return (.exclusive, "\(LabelKey.aliyun.rawValue)=\(LabelKey.aliyun.value(for: .exclusive)) (never labelled)")
    }
    return (isolation, "\(labelled.label.rawValue)=\(labelled.label.value(for: isolation))")
  }

  /// Labels nodes.
  ///
  /// - Throws: ``ExperimentError`` when the labels cannot be kept.
  public func label(_ nodes: [String], _ isolation: GPUIsolation, key: LabelKey) throws {
    try folder.whileWriting {
      var file = try load()
      for node in nodes {
        file.nodes[node] = File.Node(label: key, isolation: isolation.rawValue)
      }
      try FileStore.write(try JSONText.pretty(file), to: path)
    }
  }

  /// Checks that a system may start on nodes.
  ///
  /// - Parameter options: what the command that labels them right needs besides, as it is typed.
  /// - Throws: ``ExperimentError/wrongIsolation(system:node:label:command:)`` for the first node that is labelled for
  ///   the other kind of system, with the command that labels it right.
  public func check(_ nodes: [String], for system: ServingSystem, options: String = "") throws {
    for node in nodes {
      let (isolation, label) = try isolation(of: node)
      guard isolation != system.gpuIsolation else { continue }
      throw ExperimentError.wrongIsolation(
        system: system.label, node: node, label: label,
        command: "label-nodes --\(system.gpuIsolation == .shared ? "share" : "no-share")\(options)")
    }
  }

  private var path: String {
    folder.path(of: "nodes.json")
  }

  private func load() throws -> File {
    guard FileStore.exists(path) else { return File() }
    return try JSONText.read(File.self, from: path, expected: "the labels of the simulated nodes")
  }
}
