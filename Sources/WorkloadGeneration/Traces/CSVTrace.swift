/// A CSV file whose header names its columns, read line by line. The published traces quote no field.
struct CSVTrace {
  let path: String
  private var lines: TraceLines
  private let columnCount: Int
  /// Where the wanted columns are, in the order in which they were asked for.
  private let positions: [Int]
  private let wanted: [String]

  /// One line's wanted fields.
  struct Row {
    let path: String
    let line: Int
    let columns: [String]
    let fields: [ArraySlice<UInt8>]
  }

  /// - Throws: ``WorkloadError/trace(path:line:problem:)`` when the file is empty or lacks a column.
  init(_ contents: [UInt8], columns: [String], path: String) throws(WorkloadError) {
    var lines = TraceLines(contents)
    guard let header = lines.next() else { throw .trace(path: path, line: 0, problem: .empty) }
    let names = Self.columns(of: header.bytes)
    var positions: [Int] = []
    for column in columns {
      guard let position = names.firstIndex(of: column) else {
        throw .trace(
          path: path, line: header.number,
          problem: .missingColumn(column, header: String(decoding: header.bytes, as: UTF8.self)))
      }
      positions.append(position)
    }
    self.path = path
    self.lines = lines
    self.positions = positions
    columnCount = names.count
    wanted = columns
  }

  /// The next line, or `nil` at the end.
  mutating func next() throws(WorkloadError) -> Row? {
    guard let line = lines.next() else { return nil }
    let fields = line.bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard fields.count == columnCount else {
      throw .trace(path: path, line: line.number, problem: .fieldCount(fields.count, expected: columnCount))
    }
    return Row(path: path, line: line.number, columns: wanted, fields: positions.map { fields[$0].trimmed })
  }

  /// The names in a header.
  static func columns(of header: ArraySlice<UInt8>) -> [String] {
    header.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
      String(decoding: $0.trimmed, as: UTF8.self)
    }
  }
}

extension CSVTrace.Row {
  /// The text of the wanted column at that position.
  func text(_ column: Int) -> String {
    String(decoding: fields[column], as: UTF8.self)
  }

  /// A name, which must not be blank.
  func name(_ column: Int) throws(WorkloadError) -> String {
    guard !fields[column].isEmpty else { throw failure(.blank(column: columns[column])) }
    return text(column)
  }

  /// A number within a range.
  func number(_ column: Int, in range: ClosedRange<Double>) throws(WorkloadError) -> Double {
    let text = text(column)
    // The standard library also reads "nan", "inf" and hexadecimal numbers, none of which a trace means.
    guard text.utf8.allSatisfy({ Self.digits.contains($0) }), let value = Double(text), value.isFinite
    else { throw failure(.notANumber(column: columns[column], text: text)) }
    guard range.contains(value) else {
      throw failure(
        .outOfRange(
          column: columns[column], text: text,
          allowed: "a number from \(TraceLimits.text(range.lowerBound)) to \(TraceLimits.text(range.upperBound))"))
    }
    return value
  }

  /// A number of tokens, which may be 0 where a request failed.
  func tokens(_ column: Int) throws(WorkloadError) -> Int {
    let value = try number(column, in: 0...Double(TraceLimits.tokens))
    guard let whole = Int(exactly: value) else {
      throw failure(.notWhole(column: columns[column], text: text(column)))
    }
    return whole
  }

  /// The error that names the line.
  func failure(_ problem: TraceProblem) -> WorkloadError {
    .trace(path: path, line: line, problem: problem)
  }

  private static let digits = Array("+-.0123456789eE".utf8)
}
