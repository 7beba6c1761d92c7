import Testing

@testable import Plotting

@Suite struct PDFCreationDateTests {
  @Test func `the digits of the date are overwritten and nothing else`() throws {
    let pdf = Array("%PDF /CreationDate (D:20261123052510Z)\n>> end".utf8)
    #expect(try PDFCreationDate.fix(pdf) == Array("%PDF /CreationDate (D:20000101000000Z)\n>> end".utf8))
  }

  @Test(arguments: [
    ("no date at all", 0),
    ("/CreationDate (D:2026112305251", 0),
    ("/CreationDate (D:2026112305251x)", 0),
    ("/CreationDate (D:20261123052510Z) /CreationDate (D:20261123052510Z)", 2),
    ("", 0),
  ])
  func `a file with another number of dates than one is refused`(text: String, count: Int) {
    #expect(throws: PlottingError.creationDates(found: count)) { try PDFCreationDate.fix(Array(text.utf8)) }
  }
}
