/// A YAML text to be: values in order, without places, with comments above keys.
///
/// Two trees are equal when a reader would see the same; comments count, so drop them (`withoutComments`) to compare
/// what was written with what is read back.
public indirect enum YAMLTree: Hashable, Sendable {
  /// One value; make it with `text`, `number`, `bool` or `null`.
  case scalar(YAMLScalar)
  /// Values in order.
  case sequence([YAMLTree])
  /// Keys and values in order; no key may occur twice.
  case mapping([Entry])

  /// A key, its value and what to write above it.
  public struct Entry: Hashable, Sendable {
    /// The key's text.
    public let key: String
    /// The key's value.
    public let value: YAMLTree
    /// Lines to write above the key, without `#`; `nil` for none.
    public let comment: String?

    /// A key with its value and, if wanted, a comment above it.
    public init(_ key: String, _ value: YAMLTree, comment: String? = nil) {
      self.key = key
      self.value = value
      self.comment = comment
    }
  }

  /// The tree of a file that was read, merge keys and aliases carried out, text and null in the form that
  /// `text` and `null` give them.
  public init(_ node: YAMLNode) {
    switch node.content {
    case .scalar(let scalar) where scalar.kind == .text: self = .text(scalar.text)
    case .scalar(let scalar) where scalar.kind == .null: self = .null
    case .scalar(let scalar): self = .scalar(scalar)
    case .sequence(let elements): self = .sequence(elements.map { YAMLTree($0) })
    case .mapping(let entries): self = .mapping(entries.map { Entry($0.key, YAMLTree($0.value)) })
    }
  }

  /// Text; it is quoted where a reader would take it for something else.
  public static func text(_ value: String) -> Self {
    let plain = YAMLScalar(value, isPlain: true)
    return .scalar(YAMLScalar(value, isPlain: plain.kind == .text && value.canStandWithoutQuotes))
  }

  /// A whole number.
  public static func number(_ value: Int) -> Self {
    .scalar(YAMLScalar("\(value)", isPlain: true))
  }

  /// A number, with the fewest digits that read back as the same one.
  public static func number(_ value: Double) -> Self {
    let text: String
    switch value {
    case .infinity: text = ".inf"
    case -.infinity: text = "-.inf"
    default: text = value.isNaN ? ".nan" : "\(value)"
    }
    return .scalar(YAMLScalar(text, isPlain: true))
  }

  /// `true` or `false`.
  public static func bool(_ value: Bool) -> Self {
    .scalar(YAMLScalar("\(value)", isPlain: true))
  }

  /// No value, written `~`.
  public static var null: Self {
    .scalar(YAMLScalar("~", isPlain: true))
  }

  /// The same tree without comments.
  public var withoutComments: Self {
    switch self {
    case .scalar: self
    case .sequence(let elements): .sequence(elements.map(\.withoutComments))
    case .mapping(let entries): .mapping(entries.map { Entry($0.key, $0.value.withoutComments) })
    }
  }
}

extension String {
  /// Whether the text can stand in a block of YAML without quotes, whatever surrounds it.
  ///
  /// Narrower than YAML's own rule, which takes two pages; what it refuses is merely quoted.
  var canStandWithoutQuotes: Bool {
    guard let first = utf8.first, let last = utf8.last, utf8.count <= 80 else { return false }
    let isSafe = utf8.allSatisfy { Self.isWordByte($0) || Self.innerBytes.contains($0) }
    return isSafe && (Self.isWordByte(first) || first == UInt8(ascii: "/")) && last != UInt8(ascii: " ")
  }

  private static let innerBytes = Array(" ./+-()=%".utf8)

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
    default: false
    }
  }
}
