import CSVReading

extension CSVTable {
  /// Reads a table from the text of a file; the first line is the header.
  ///
  /// - Parameters:
  ///   - text: the content of the file; the last line may lack its line end.
  ///   - file: the name by which errors call it.
  /// - Throws: `PlottingError.malformedTable` with the line, for an unclosed or misplaced quote, a row of another
  ///   length than the header, or no header at all.
  public init(parsing text: String, file: String) throws(PlottingError) {
    do {
      try self.init(parsing: text)
    } catch {
      throw .malformedTable(file: file, line: error.line, problem: error.problem)
    }
  }

  private init(parsing text: String) throws(CSVError) {
    var reader = CSVReader(text)
    guard let header = try reader.nextRow() else { throw CSVError(line: 1, problem: "there is no header") }
    var rows: [[String]] = []
    while true {
      let line = reader.line
      guard let row = try reader.nextRow() else { break }
      guard row.count == header.count else {
        throw CSVError(line: line, problem: "\(row.count) fields where the header has \(header.count)")
      }
      rows.append(row)
    }
    self.init(header: header, rows: rows)
  }
}
