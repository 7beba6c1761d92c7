/// What makes a text no CSV, and the line on which it begins.
public struct CSVError: Error, Hashable {
  /// The line, counted from 1.
  public let line: Int
  /// What is wrong with it.
  public let problem: String

  /// A problem on a line.
  public init(line: Int, problem: String) {
    self.line = line
    self.problem = problem
  }
}

/// Walks through a CSV text (RFC 4180; both kinds of line end) byte by byte; its separators are ASCII, so no character
/// is ever cut.
public struct CSVReader {
  private let bytes: [UInt8]
  private var position = 0
  /// The line at hand, counted from 1.
  public private(set) var line = 1

  private static let comma = UInt8(ascii: ",")
  private static let quote = UInt8(ascii: "\"")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  /// A reader at the start of a text.
  public init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// The fields of the next row, which goes over several lines where a quoted field does; `nil` at the end.
  public mutating func nextRow() throws(CSVError) -> [String]? {
    guard position < bytes.count else { return nil }
    var fields: [String] = []
    while true {
      fields.append(try nextField())
      guard position < bytes.count, bytes[position] == Self.comma else { break }
      position += 1
    }
    try passLineEnd()
    return fields
  }

  private mutating func nextField() throws(CSVError) -> String {
    guard position < bytes.count, bytes[position] == Self.quote else { return try bareField() }
    let firstLine = line
    position += 1
    var field: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == Self.newline { line += 1 }
      guard byte == Self.quote else {
        field.append(byte)
        continue
      }
      guard position < bytes.count, bytes[position] == Self.quote else { return String(decoding: field, as: UTF8.self) }
      position += 1
      field.append(Self.quote)
    }
    throw CSVError(line: firstLine, problem: "a quote is not closed")
  }

  private mutating func bareField() throws(CSVError) -> String {
    let start = position
    while position < bytes.count, ![Self.comma, Self.newline, Self.carriageReturn].contains(bytes[position]) {
      guard bytes[position] != Self.quote else {
        throw CSVError(line: line, problem: "a quote inside a field that has none")
      }
      position += 1
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func passLineEnd() throws(CSVError) {
    guard position < bytes.count else { return }
    let hasReturn = bytes[position] == Self.carriageReturn
    position += hasReturn ? 1 : 0
    guard position < bytes.count, bytes[position] == Self.newline else {
      let problem = hasReturn ? "a carriage return without a newline" : "a field goes on after its closing quote"
      throw CSVError(line: line, problem: problem)
    }
    position += 1
    line += 1
  }
}
