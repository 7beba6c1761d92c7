/// How much a YAML file may ask of us before it is refused.
///
/// A configuration file written by a person stays far below all of them. A hostile or broken one would otherwise fill
/// the memory (an alias bomb), the stack (deep nesting) or the afternoon (libyaml takes quadratic time for both nesting
/// and anchors: 25 s for 128 KiB of `[`, measured).
public struct YAMLLimits: Hashable, Sendable {
  /// The longest file, in bytes.
  public let bytes: Int
  /// The most nodes of the tree, keys apart, with every alias written out.
  public let nodes: Int
  /// The most levels of sequences and mappings inside one another.
  public let depth: Int
  /// The most anchors (`&name`).
  public let anchors: Int

  /// Limits; what is not given has its default: 1 MiB, 100,000 nodes, 64 levels, 1,000 anchors.
  public init(bytes: Int = 1 << 20, nodes: Int = 100_000, depth: Int = 64, anchors: Int = 1000) {
    self.bytes = bytes
    self.nodes = nodes
    self.depth = depth
    self.anchors = anchors
  }

  /// The limits of a configuration file: 1 MiB, 100,000 nodes, 64 levels, 1,000 anchors.
  public static let standard = YAMLLimits()
}
