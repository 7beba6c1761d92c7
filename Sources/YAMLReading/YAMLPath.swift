/// The way from the top of a YAML file to a node, printed as `nodes[0].count`.
public struct YAMLPath: Hashable, Sendable, CustomStringConvertible {
  /// One step down.
  public enum Step: Hashable, Sendable {
    /// Into the value of a key.
    case key(String)
    /// Into an element of a sequence, counted from 0.
    case index(Int)
  }

  /// The steps, from the top down.
  public let steps: [Step]

  /// A way of these steps; none leads to the top.
  public init(_ steps: [Step] = []) {
    self.steps = steps
  }

  /// The way one key further down.
  public func appending(key: String) -> Self {
    Self(steps + [.key(key)])
  }

  /// The way into an element, counted from 0.
  public func appending(index: Int) -> Self {
    Self(steps + [.index(index)])
  }

  /// The path as errors print it; a key that holds a dot, a bracket or a space stands in quotes.
  public var description: String {
    var text = ""
    for step in steps {
      switch step {
      case .index(let index): text += "[\(index)]"
      case .key(let key):
        let isBare = !key.isEmpty && !key.contains { ". []\"`".contains($0) || $0.isNewline }
        text += (text.isEmpty ? "" : ".") + (isBare ? key : "\"\(key.shortened)\"")
      }
    }
    return text
  }
}

extension String {
  /// The text on one line and cut to what a sentence can hold.
  var shortened: String {
    let limit = 60
    let line = String(map { $0.isNewline || $0 == "\t" ? " " : $0 })
    return line.count <= limit ? line : line.prefix(limit) + "…"
  }
}
