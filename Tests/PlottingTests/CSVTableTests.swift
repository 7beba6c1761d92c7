import Plotting
import Testing

@Suite struct CSVTableTests {
  private func refusal(of text: String) -> String {
    do {
      _ = try CSVTable(parsing: text, file: "t.csv")
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func `fields are quoted where RFC 4180 asks for it`() {
    let table = CSVTable(
      header: ["a", "b c"], rows: [["1", "x,y"], ["say \"hi\"", "two\nlines"], ["", "cr\r"], ["it's", " "]])
    let expected = "a,b c\n1,\"x,y\"\n\"say \"\"hi\"\"\",\"two\nlines\"\n,\"cr\r\"\nit's, \n"
    #expect(table.text == expected)
  }

  @Test func `what is written is read back`() throws {
    let fields = ["", "a", ",", "\"", "\"\"", "\n", "\r\n", " a ", "é😀", "a,\"b\"\n"]
    let rows = fields.flatMap { first in fields.map { [first, $0] } }
    let table = CSVTable(header: ["x", "y"], rows: rows)
    #expect(try CSVTable(parsing: table.text, file: "t.csv") == table)
    let single = CSVTable(header: [""], rows: fields.map { [$0] })
    #expect(try CSVTable(parsing: single.text, file: "t.csv") == single)
  }

  @Test func `both kinds of line end are read, and the last may be missing`() throws {
    let table = CSVTable(header: ["a", "b"], rows: [["1", "2"], ["3", ""]])
    #expect(try CSVTable(parsing: "a,b\r\n1,2\r\n3,", file: "t.csv") == table)
    #expect(try CSVTable(parsing: "a,b\n1,2\n3,\n", file: "t.csv") == table)
    #expect(table.column("b") == 1)
    #expect(table.column("c") == nil)
  }

  @Test(arguments: [
    ("", "t.csv:1: this is not valid CSV: there is no header."),
    ("a,b\n1\n", "t.csv:2: this is not valid CSV: 1 fields where the header has 2."),
    ("a\n\"x\ny\"\n1,2\n", "t.csv:4: this is not valid CSV: 2 fields where the header has 1."),
    ("a\n\"x\ny", "t.csv:2: this is not valid CSV: a quote is not closed."),
    ("a\nx\"y\n", "t.csv:2: this is not valid CSV: a quote inside a field that has none."),
    ("a\n\"x\"y\n", "t.csv:2: this is not valid CSV: a field goes on after its closing quote."),
    ("a\rb\n", "t.csv:1: this is not valid CSV: a carriage return without a newline."),
  ])
  func `what is not CSV is refused with its line`(text: String, sentence: String) {
    #expect(refusal(of: text) == sentence)
  }
}
