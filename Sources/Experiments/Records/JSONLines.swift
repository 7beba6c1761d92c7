/// JSON Lines put together byte by byte: files of many lines with known keys.
///
/// A sweep writes hundreds of thousands of requests, for which an encoder that finds out the keys of each value anew is
/// too slow. What is written is the same: numbers as short as they can be, keys sorted, none without a value.
struct JSONLines {
  private var bytes: [UInt8] = []
  private var isFirst = true
  private var lastKey = ""

  /// All lines.
  var text: String {
    String(decoding: bytes, as: UTF8.self)
  }

  /// Makes room for lines to come.
  mutating func reserve(_ bytes: Int) {
    self.bytes.reserveCapacity(self.bytes.count + bytes)
  }

  /// Begins a line.
  mutating func begin() {
    bytes.append(UInt8(ascii: "{"))
    isFirst = true
  }

  /// Ends a line.
  mutating func end() {
    bytes.append(UInt8(ascii: "}"))
    bytes.append(UInt8(ascii: "\n"))
  }

  // MARK: Values by type; those that are absent leave no key

  mutating func add(_ key: StaticString, _ value: Int?) {
    guard let value else { return }
    add(key)
    write(value)
  }

  mutating func add(_ key: StaticString, _ value: UInt64?) {
    guard let value else { return }
    add(key)
    write(value.description)
  }

  mutating func add(_ key: StaticString, _ value: Double?) {
    guard let value else { return }
    add(key)
    write(value)
  }

  mutating func add(_ key: StaticString, _ value: Bool?) {
    guard let value else { return }
    add(key)
    write(value ? "true" : "false")
  }

  mutating func add(_ key: StaticString, _ value: String?) {
    guard let value else { return }
    add(key)
    write(quoted: value)
  }

  mutating func add(_ key: StaticString, _ values: [Int]?) {
    guard let values else { return }
    add(key)
    write(values) { $0.write($1) }
  }

  mutating func add(_ key: StaticString, _ values: [String]?) {
    guard let values else { return }
    add(key)
    write(values) { $0.write(quoted: $1) }
  }

  // MARK: Bytes

  private mutating func add(_ key: StaticString) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    assert(isFirst || lastKey < key.description, "keys come sorted")
    assert(note(key))
    isFirst = false
    bytes.append(UInt8(ascii: "\""))
    key.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  /// Remembers a key for the next one's check, in debug builds.
  private mutating func note(_ key: StaticString) -> Bool {
    lastKey = key.description
    return true
  }

  private mutating func write(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func write(_ value: Int) {
    write(value.description)
  }

  /// - Precondition: the number is finite; JSON has no other.
  private mutating func write(_ value: Double) {
    precondition(value.isFinite, "JSON knows finite numbers only")
    let text = value.description.utf8
    bytes.append(contentsOf: text.suffix(2).elementsEqual(".0".utf8) ? text.dropLast(2) : text[...])
  }

  private mutating func write<Value>(_ values: [Value], _ one: (inout Self, Value) -> Void) {
    bytes.append(UInt8(ascii: "["))
    for (index, value) in values.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      one(&self, value)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private mutating func write(quoted text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        write("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
