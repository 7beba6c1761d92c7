import CSVReading
import Testing

@Suite struct CSVReaderTests {
  /// All rows of a text, each with the line on which it begins.
  private func rows(of text: String) throws(CSVError) -> [(line: Int, fields: [String])] {
    var reader = CSVReader(text)
    var rows: [(line: Int, fields: [String])] = []
    while true {
      let line = reader.line
      guard let fields = try reader.nextRow() else { return rows }
      rows.append((line, fields))
    }
  }

  @Test func `rows keep their own lengths and the line on which they begin`() throws {
    let rows = try rows(of: "a,b\r\n\"two\nlines, \"\"quoted\"\"\"\n\n,é,")
    #expect(rows.map(\.fields) == [["a", "b"], ["two\nlines, \"quoted\""], [""], ["", "é", ""]])
    #expect(rows.map(\.line) == [1, 2, 4, 5])
  }

  @Test func `a text without a byte has no row`() throws {
    #expect(try rows(of: "").isEmpty)
  }

  @Test(arguments: [
    ("a\n\"b\nc", CSVError(line: 2, problem: "a quote is not closed")),
    ("a\nb\"c\n", CSVError(line: 2, problem: "a quote inside a field that has none")),
    ("\"a\"b", CSVError(line: 1, problem: "a field goes on after its closing quote")),
    ("a\rb", CSVError(line: 1, problem: "a carriage return without a newline")),
  ])
  func `what is not CSV is named with its line`(text: String, error: CSVError) {
    #expect(throws: error) { try rows(of: text) }
  }
}
