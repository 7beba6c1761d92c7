import KubernetesClient
import WireProtocols
import YAMLReading

/// Manifests as `kubectl apply -f -` takes them.
public enum ManifestText {
  /// The objects as documents of YAML, in order.
  public static func yaml(_ objects: [KubernetesObject]) -> String {
    objects.map { YAMLWriter.write(tree($0.json)) }.joined(separator: "---\n")
  }

  /// Whether a text is one for every reader: kubectl's takes `no` and `1_000` for something else, as YAML 1.1 does.
  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.first, first.isLetter || first == "/" else { return false }
    return !["y", "n", "yes", "no", "on", "off", "true", "false", "null"].contains(text.lowercased())
  }

  private static func tree(_ json: JSON) -> YAMLTree {
    switch json {
    case .null: .null
    case .bool(let value): .bool(value)
    case .integer(let value): .number(Int(value))
    case .number(let value): .number(value)
    case .string(let text): isPlain(text) ? .text(text) : .scalar(YAMLScalar(text, isPlain: false))
    case .array(let elements): .sequence(elements.map(tree))
    case .object(let members): .mapping(members.map { YAMLTree.Entry($0.name, tree($0.value)) })
    }
  }
}
