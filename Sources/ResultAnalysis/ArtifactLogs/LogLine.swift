/// One line of a log, read from left to right.
struct LogLine {
  /// The line's number in its file, from 1.
  let number: Int
  private var rest: ArraySlice<UInt8>

  /// The lines of a text, without their line ends.
  static func lines(of text: String) -> [LogLine] {
    let newline = UInt8(ascii: "\n")
    let carriageReturn = UInt8(ascii: "\r")
    var lines = Array(text.utf8).split(separator: newline, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.enumerated().map { index, bytes in
      LogLine(number: index + 1, rest: bytes.last == carriageReturn ? bytes.dropLast() : bytes)
    }
  }

  private init(number: Int, rest: ArraySlice<UInt8>) {
    self.number = number
    self.rest = rest
  }

  /// Whether nothing is left of the line.
  var isAtEnd: Bool { rest.isEmpty }

  /// Passes a text if the line goes on with it.
  mutating func accept(_ text: StaticString) -> Bool {
    let isNext = text.withUTF8Buffer { rest.starts(with: $0) }
    if isNext { rest.removeFirst(text.utf8CodeUnitCount) }
    return isNext
  }

  /// Passes a whole number without a sign.
  mutating func integer() -> Int? {
    let digits = rest.prefix { Self.isDigit($0) }
    rest.removeFirst(digits.count)
    return Int(String(decoding: digits, as: UTF8.self))
  }

  /// Passes a number in the form `-12.5`, without an exponent.
  mutating func decimal() -> Double? {
    let point = UInt8(ascii: ".")
    let sign = rest.prefix { $0 == UInt8(ascii: "-") }
    let digits = rest.dropFirst(sign.count).prefix { Self.isDigit($0) || $0 == point }
    let text = String(decoding: rest.prefix(sign.count + digits.count), as: UTF8.self)
    rest.removeFirst(sign.count + digits.count)
    return Double(text)
  }

  /// Passes everything up to and with a separator.
  mutating func text(before separator: Character) -> String? {
    guard let byte = separator.asciiValue, let end = rest.firstIndex(of: byte) else { return nil }
    let text = String(decoding: rest[..<end], as: UTF8.self)
    rest = rest[(end + 1)...]
    return text
  }

  /// Passes everything that is left.
  mutating func remainder() -> String {
    let text = String(decoding: rest, as: UTF8.self)
    rest = rest[rest.endIndex...]
    return text
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
