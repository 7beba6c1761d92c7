import WireProtocols

/// A JSON value with typed accessors that throw a sentence instead of returning an optional.
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// The value that was read, with all its numbers as doubles, to the nearest one.
  ///
  /// Foundation's reader on Linux returns some numbers one unit in the last place off (1700000044.2999997, for one), too
  /// far for data that are compared exactly; the reader of our protocols does not.
  public init(_ json: JSON) {
    switch json {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .number(Double(value))
    case .number(let value): self = .number(value)
    case .string(let text): self = .string(text)
    case .array(let elements): self = .array(elements.map { JSONValue($0) })
    case .object(let members):
      self = .object(Dictionary(members.map { ($0.name, JSONValue($0.value)) }, uniquingKeysWith: { $1 }))
    }
  }

  /// Whether the value is `null`.
  public var isNull: Bool { self == .null }

  /// The number.
  public var double: Double {
    get throws {
      guard case .number(let value) = self else { throw mismatch("a number") }
      return value
    }
  }

  /// The number, which must be whole.
  public var int: Int {
    get throws {
      guard case .number(let value) = self, let whole = Int(exactly: value) else { throw mismatch("a whole number") }
      return whole
    }
  }

  /// The text.
  public var string: String {
    get throws {
      guard case .string(let value) = self else { throw mismatch("a string") }
      return value
    }
  }

  /// The truth value; the numbers 0 and 1, as the golden data also write it, count.
  public var bool: Bool {
    get throws {
      switch self {
      case .bool(let value): return value
      case .number(0): return false
      case .number(1): return true
      default: throw mismatch("a truth value")
      }
    }
  }

  /// The elements.
  public var array: [JSONValue] {
    get throws {
      guard case .array(let values) = self else { throw mismatch("an array") }
      return values
    }
  }

  /// The members; a dictionary has no order, so sort the keys before walking over them.
  public var object: [String: JSONValue] {
    get throws {
      guard case .object(let members) = self else { throw mismatch("an object") }
      return members
    }
  }

  /// The member of that name, or `null` where the object has none.
  public subscript(key: String) -> JSONValue {
    get throws { try object[key] ?? .null }
  }

  /// The element at that position.
  public subscript(index: Int) -> JSONValue {
    get throws {
      let values = try array
      guard values.indices.contains(index) else { throw mismatch("an array with an element \(index)") }
      return values[index]
    }
  }

  private func mismatch(_ expected: String) -> GoldenDataError {
    .notAsExpected(expected: expected, found: String("\(self)".prefix(120)))
  }
}
