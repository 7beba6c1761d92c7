/// One value of a YAML file, as text, with the one thing about its notation that decides its type.
///
/// Quoted and block scalars are always text. A plain one is read by the core schema of YAML 1.2 (section 10.3.2 of its
/// specification), so `no` and `12:30` are text, `0x10` is a number and `~` is null.
public struct YAMLScalar: Hashable, Sendable {
  /// The types of the core schema.
  public enum Kind: Hashable, Sendable {
    /// No value: nothing at all, `~` or `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number: its sign, its digits and their base.
    case integer(isNegative: Bool, digits: String, radix: Int)
    /// A number with a point or an exponent, `.inf` or `.nan`.
    case float(Double)
    /// Anything else.
    case text
  }

  /// The value without quotes, escapes carried out.
  public let text: String
  /// Whether it was written without quotes and not as a block.
  public let isPlain: Bool

  /// A scalar; `isPlain` says that it was written without quotes.
  public init(_ text: String, isPlain: Bool) {
    self.text = text
    self.isPlain = isPlain
  }

  /// The type that the core schema gives the scalar.
  public var kind: Kind {
    guard isPlain else { return .text }
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: return Self.integer(text) ?? Self.float(text).map(Kind.float) ?? .text
    }
  }

  private static func integer(_ text: String) -> Kind? {
    if text.hasPrefix("0x") || text.hasPrefix("0o") {
      let radix = text.hasPrefix("0x") ? 16 : 8
      let digits = text.dropFirst(2)
      guard !digits.isEmpty, digits.utf8.allSatisfy({ digitValue($0) < radix }) else { return nil }
      return .integer(isNegative: false, digits: String(digits), radix: radix)
    }
    let digits = unsigned(text)
    guard !digits.isEmpty, digits.utf8.allSatisfy(isDecimalDigit) else { return nil }
    return .integer(isNegative: text.hasPrefix("-"), digits: String(digits), radix: 10)
  }

  private static func float(_ text: String) -> Double? {
    let magnitude = unsigned(text)
    switch magnitude {
    case ".inf", ".Inf", ".INF": return text.hasPrefix("-") ? -.infinity : .infinity
    default: break
    }
    if [".nan", ".NaN", ".NAN"].contains(text) { return .nan }
    let parts = magnitude.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    guard parts.count <= 2, isMantissa(parts[0]) else { return nil }
    if parts.count == 2 {
      let exponent = unsigned(parts[1])
      guard !exponent.isEmpty, exponent.utf8.allSatisfy(isDecimalDigit) else { return nil }
    }
    return Double(text)
  }

  /// Digits with at most one point among them, and at least one digit.
  private static func isMantissa(_ text: Substring) -> Bool {
    let points = text.utf8.filter { $0 == UInt8(ascii: ".") }.count
    let digits = text.utf8.filter(isDecimalDigit).count
    return points <= 1 && digits >= 1 && points + digits == text.utf8.count
  }

  private static func unsigned(_ text: some StringProtocol) -> Substring {
    Substring(text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...])
  }

  private static func isDecimalDigit(_ byte: UInt8) -> Bool {
    digitValue(byte) < 10
  }

  private static func digitValue(_ byte: UInt8) -> Int {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A")) + 10
    default: .max
    }
  }
}
