/// Writes a tree as YAML that a person likes to read and `YAMLParser` reads back to the same tree.
///
/// The same tree always gives the same text: blocks indented by two spaces, quotes only where they are needed, comments
/// above their keys.
public struct YAMLWriter: Sendable {
  /// The text of a tree, ending in a newline.
  ///
  /// - Parameters:
  ///   - tree: what to write; at most as deep as `YAMLLimits` allows, or it will not be read back.
  ///   - heading: comment lines for the top of the file, without `#`.
  public static func write(_ tree: YAMLTree, heading: String? = nil) -> String {
    var lines = heading.map { comment($0, indent: "") } ?? []
    switch tree {
    case .mapping(let entries) where !entries.isEmpty: lines += mapping(entries, indent: "")
    case .sequence(let elements) where !elements.isEmpty: lines += sequence(elements, indent: "")
    default: lines.append(inline(tree))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func mapping(_ entries: [YAMLTree.Entry], indent: String) -> [String] {
    entries.flatMap { entry in
      (entry.comment.map { comment($0, indent: indent) } ?? []) + self.entry(entry, indent: indent)
    }
  }

  /// The lines of a key and its value, without its comment.
  private static func entry(_ entry: YAMLTree.Entry, indent: String) -> [String] {
    let key = inline(.text(entry.key))
    // libyaml takes a key for one only within 1,024 characters, unless it is announced by a question mark.
    let isLong = key.utf8.count > 1000
    let lines = isLong ? ["\(indent)? \(key)"] : []
    let head = isLong ? "\(indent):" : "\(indent)\(key):"
    switch entry.value {
    case .mapping(let entries) where !entries.isEmpty:
      return lines + [head] + mapping(entries, indent: indent + "  ")
    case .sequence(let elements) where !elements.isEmpty:
      return lines + [head] + sequence(elements, indent: indent + "  ")
    default:
      return lines + ["\(head) \(inline(entry.value))"]
    }
  }

  private static func sequence(_ elements: [YAMLTree], indent: String) -> [String] {
    elements.flatMap { element -> [String] in
      switch element {
      case .mapping(let entries) where !entries.isEmpty:
        // The comment of the first key stands above the dash, where a person would put it.
        let first = YAMLTree.Entry(entries[0].key, entries[0].value)
        let lines = mapping([first] + entries.dropFirst(), indent: indent + "  ")
        return (entries[0].comment.map { comment($0, indent: indent) } ?? []) + dashed(lines, indent: indent)
      case .sequence(let elements) where !elements.isEmpty:
        return dashed(sequence(elements, indent: indent + "  "), indent: indent)
      default:
        return ["\(indent)- \(inline(element))"]
      }
    }
  }

  /// Puts a dash into the indentation of the first line.
  private static func dashed(_ lines: [String], indent: String) -> [String] {
    [indent + "- " + lines[0].dropFirst(indent.count + 2)] + lines.dropFirst()
  }

  private static func comment(_ text: String, indent: String) -> [String] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
      let printable = line.unicodeScalars.map { isPrintable($0) ? String($0) : escape($0) }.joined()
      return printable.isEmpty ? "\(indent)#" : "\(indent)# \(printable)"
    }
  }

  /// A scalar or an empty collection, on one line.
  private static func inline(_ tree: YAMLTree) -> String {
    switch tree {
    case .mapping: return "{}"
    case .sequence: return "[]"
    case .scalar(let scalar):
      if scalar.isPlain, scalar.text.isEmpty { return "~" }
      return scalar.isPlain && (scalar.kind != .text || scalar.text.canStandWithoutQuotes)
        ? scalar.text : quoted(scalar.text)
    }
  }

  private static func quoted(_ text: String) -> String {
    let inner = text.unicodeScalars.map { character in
      switch character {
      case "\"": "\\\""
      case "\\": "\\\\"
      case "\n": "\\n"
      case "\t": "\\t"
      default: isPrintable(character) ? String(character) : escape(character)
      }
    }
    return "\"\(inner.joined())\""
  }

  /// Whether a character may stand in a line of YAML as itself.
  private static func isPrintable(_ character: Unicode.Scalar) -> Bool {
    switch character.value {
    case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...: true
    default: false
    }
  }

  private static func escape(_ character: Unicode.Scalar) -> String {
    let digits = String(character.value, radix: 16, uppercase: true)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
