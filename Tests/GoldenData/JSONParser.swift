/// Reads a JSON text into a `JSONValue`, numbers to the nearest double.
///
/// Foundation's reader on Linux returns some numbers one unit in the last place off (1700000044.2999997, for one), too
/// far for data that are compared exactly.
struct JSONParser {
  private let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// What is wrong with the text, and at which byte.
  struct SyntaxError: Error, CustomStringConvertible {
    let expected: String
    let position: Int
    var description: String { "\(expected) expected at byte \(position)" }
  }

  /// The value of the whole text.
  mutating func document() throws(SyntaxError) -> JSONValue {
    let value = try value()
    skipSpace()
    guard position == bytes.count else { throw failure("the end") }
    return value
  }

  private mutating func value() throws(SyntaxError) -> JSONValue {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .array(try array())
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func object() throws(SyntaxError) -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    try expect("{")
    guard !accept("}") else { return members }
    repeat {
      skipSpace()
      let key = try string()
      try expect(":")
      members[key] = try value()
    } while accept(",")
    try expect("}")
    return members
  }

  private mutating func array() throws(SyntaxError) -> [JSONValue] {
    var values: [JSONValue] = []
    try expect("[")
    guard !accept("]") else { return values }
    repeat {
      values.append(try value())
    } while accept(",")
    try expect("]")
    return values
  }

  private mutating func number() throws(SyntaxError) -> Double {
    let start = position
    while let byte = peek, Self.numberBytes.contains(byte) { position += 1 }
    guard let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)) else {
      throw failure("a value")
    }
    return number
  }

  private static let numberBytes = Array("+-.0123456789eE".utf8)

  private mutating func string() throws(SyntaxError) -> String {
    guard peek == UInt8(ascii: "\"") else { throw failure("a string") }
    position += 1
    var units: [UInt8] = []
    while let byte = peek, byte != UInt8(ascii: "\"") {
      position += 1
      if byte == UInt8(ascii: "\\") {
        units += Array(try escaped().utf8)
      } else {
        units.append(byte)
      }
    }
    guard peek != nil else { throw failure("a closing quote") }
    position += 1
    return String(decoding: units, as: UTF8.self)
  }

  /// The character after a backslash; a pair of surrogates is one character.
  private mutating func escaped() throws(SyntaxError) -> String {
    guard let byte = peek else { throw failure("an escape") }
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "u"):
      var units = [try hexadecimal()]
      if UTF16.isLeadSurrogate(units[0]), accept("\\"), accept("u") { units.append(try hexadecimal()) }
      return String(decoding: units, as: UTF16.self)
    default: return String(decoding: [byte], as: UTF8.self)
    }
  }

  private mutating func hexadecimal() throws(SyntaxError) -> UInt16 {
    let end = position + 4
    guard end <= bytes.count, let unit = UInt16(String(decoding: bytes[position..<end], as: UTF8.self), radix: 16)
    else { throw failure("four hexadecimal digits") }
    position = end
    return unit
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(SyntaxError) -> JSONValue {
    guard bytes[position...].starts(with: word.utf8) else { throw failure(word) }
    position += word.utf8.count
    return value
  }

  private var peek: UInt8? {
    position < bytes.count ? bytes[position] : nil
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func accept(_ symbol: Unicode.Scalar) -> Bool {
    skipSpace()
    guard let byte = peek, byte == UInt8(ascii: symbol) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ symbol: Unicode.Scalar) throws(SyntaxError) {
    guard accept(symbol) else { throw failure("\(symbol)") }
  }

  private func failure(_ expected: String) -> SyntaxError {
    SyntaxError(expected: expected, position: position)
  }
}
