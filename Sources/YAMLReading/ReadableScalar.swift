/// A type that one scalar of a YAML file can hold.
///
/// Reading is strict: a number is not text, text is not a number, and a number out of range is refused, never cut.
protocol ReadableScalar {
  /// What an error says was expected.
  static var expectation: String { get }
  /// The value; `nil` if the scalar is of another type or out of range.
  static func read(_ scalar: YAMLScalar) -> Self?
}

extension Bool: ReadableScalar {
  static var expectation: String { "`true` or `false`" }

  static func read(_ scalar: YAMLScalar) -> Bool? {
    guard case .bool(let value) = scalar.kind else { return nil }
    return value
  }
}

extension String: ReadableScalar {
  static var expectation: String { "text" }

  static func read(_ scalar: YAMLScalar) -> String? {
    guard case .text = scalar.kind else { return nil }
    return scalar.text
  }
}

extension ReadableScalar where Self: FixedWidthInteger {
  static var expectation: String {
    switch Self.self {
    case is Int.Type, is Int64.Type: "a whole number"
    case is UInt.Type, is UInt64.Type: "a whole number, 0 or more"
    default: "a whole number from \(Self.min) to \(Self.max)"
    }
  }

  static func read(_ scalar: YAMLScalar) -> Self? {
    guard case .integer(let isNegative, let digits, let radix) = scalar.kind else { return nil }
    return Self((isNegative ? "-" : "") + digits, radix: radix)
  }
}

extension Int: ReadableScalar {}
extension Int8: ReadableScalar {}
extension Int16: ReadableScalar {}
extension Int32: ReadableScalar {}
extension Int64: ReadableScalar {}
extension UInt: ReadableScalar {}
extension UInt8: ReadableScalar {}
extension UInt16: ReadableScalar {}
extension UInt32: ReadableScalar {}
extension UInt64: ReadableScalar {}

extension Double: ReadableScalar {
  static var expectation: String { "a number" }

  static func read(_ scalar: YAMLScalar) -> Double? {
    switch scalar.kind {
    case .float(let value): value
    case .integer(_, let digits, let radix) where radix != 10: UInt64(digits, radix: radix).map { Double($0) }
    case .integer: Double(scalar.text)
    case .null, .bool, .text: nil
    }
  }
}

extension Float: ReadableScalar {
  static var expectation: String { "a number" }

  static func read(_ scalar: YAMLScalar) -> Float? {
    Double.read(scalar).map { Float($0) }
  }
}
