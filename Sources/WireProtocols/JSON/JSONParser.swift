/// Reads one JSON text, strictly, into a ``JSON`` value.
struct JSONParser {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var depth = 0

  /// How deep lists and objects may nest, so that a hostile text cannot exhaust the stack.
  static let deepestNesting = 64

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  /// The value of the whole text.
  mutating func document() throws(WireError) -> JSON {
    let value = try value()
    skipSpace()
    guard position == bytes.count else { throw failure("the end") }
    return value
  }

  private mutating func value() throws(WireError) -> JSON {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return try nested { parser throws(WireError) in .object(try parser.members()) }
    case UInt8(ascii: "["): return try nested { parser throws(WireError) in .array(try parser.elements()) }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func nested(_ body: (inout Self) throws(WireError) -> JSON) throws(WireError) -> JSON {
    guard depth < Self.deepestNesting else { throw failure("no more than \(Self.deepestNesting) levels") }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  private mutating func members() throws(WireError) -> [JSON.Member] {
    var members: [JSON.Member] = []
    try expect("{")
    guard !accept("}") else { return members }
    repeat {
      skipSpace()
      let name = try string()
      try expect(":")
      members.append(JSON.Member(name, try value()))
    } while accept(",")
    try expect("}")
    return members
  }

  private mutating func elements() throws(WireError) -> [JSON] {
    var elements: [JSON] = []
    try expect("[")
    guard !accept("]") else { return elements }
    repeat {
      elements.append(try value())
    } while accept(",")
    try expect("]")
    return elements
  }

  /// A number by JSON's grammar, which knows neither a leading zero nor a bare point.
  private mutating func number() throws(WireError) -> JSON {
    let start = position
    var isWhole = true
    if peek == UInt8(ascii: "-") { position += 1 }
    if peek == UInt8(ascii: "0") { position += 1 } else { try digits() }
    if peek == UInt8(ascii: ".") {
      isWhole = false
      position += 1
      try digits()
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      isWhole = false
      position += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let whole = Int64(text) { return .integer(whole) }
    guard let value = Double(text) else { throw failure("a value") }
    return .number(value)
  }

  private mutating func digits() throws(WireError) {
    let start = position
    while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    guard position > start else { throw failure("a value") }
  }

  private mutating func string() throws(WireError) -> String {
    guard peek == UInt8(ascii: "\"") else { throw failure("a string") }
    position += 1
    let start = position
    while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
    guard peek != UInt8(ascii: "\"") else {
      defer { position += 1 }
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }
    var units = Array(bytes[start..<position])
    while let byte = peek, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw failure("no bare control character") }
      position += 1
      if byte == UInt8(ascii: "\\") { units += try escaped().utf8 } else { units.append(byte) }
    }
    guard peek != nil else { throw failure("a closing quote") }
    position += 1
    return String(decoding: units, as: UTF8.self)
  }

  /// The character after a backslash; a pair of surrogates is one character.
  private mutating func escaped() throws(WireError) -> String {
    guard let byte = peek else { throw failure("an escape") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return String(UnicodeScalar(byte))
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "u"):
      var units = [try hexadecimal()]
      if UTF16.isLeadSurrogate(units[0]), bytes[position...].starts(with: #"\u"#.utf8) {
        position += 2
        units.append(try hexadecimal())
      }
      return String(decoding: units, as: UTF16.self)
    default:
      position -= 1
      throw failure("an escape")
    }
  }

  private mutating func hexadecimal() throws(WireError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = peek, let value = Character(UnicodeScalar(digit)).hexDigitValue else {
        throw failure("four hexadecimal digits")
      }
      unit = unit << 4 | UInt16(value)
      position += 1
    }
    return unit
  }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(WireError) -> JSON {
    let length = word.utf8CodeUnitCount
    guard bytes.count - position >= length,
      bytes[position..<position + length].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: length))
    else { throw failure("a value") }
    position += length
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

  private mutating func expect(_ symbol: Unicode.Scalar) throws(WireError) {
    guard accept(symbol) else { throw failure("`\(symbol)`") }
  }

  private func failure(_ expected: String) -> WireError {
    .notJSON(expected: expected, position: position)
  }
}

extension JSON {
  /// The value of a JSON text.
  ///
  /// - Throws: ``WireError/notJSON(expected:position:)``.
  public init(parsing bytes: [UInt8]) throws(WireError) {
    var parsed: Result<JSON, WireError> = .failure(.notJSON(expected: "a value", position: 0))
    bytes.withUnsafeBytes { parsed = JSON.parse($0) }
    self = try parsed.get()
  }

  /// The value of a JSON text that is somebody else's memory.
  public static func parse(_ bytes: UnsafeRawBufferPointer) -> Result<JSON, WireError> {
    var parser = JSONParser(bytes)
    do throws(WireError) {
      return .success(try parser.document())
    } catch {
      return .failure(error)
    }
  }
}
