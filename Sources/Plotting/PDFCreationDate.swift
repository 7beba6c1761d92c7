/// Makes a PDF of gnuplot's the same from run to run.
///
/// cairo writes the moment of drawing into the PDF and offers no way to leave it out (cairo 1.16 ignores
/// `SOURCE_DATE_EPOCH`). Its fourteen digits stand uncompressed in the information dictionary, so overwriting them in
/// place, with the same length, leaves every offset in the file right.
enum PDFCreationDate {
  /// What stands in front of the digits.
  static let marker = Array("/CreationDate (D:".utf8)
  /// The digits that replace the real ones: the beginning of the year 2000.
  static let fixedDigits = Array("20000101000000".utf8)

  /// Overwrites the digits of the creation date.
  ///
  /// - Throws: `PlottingError.creationDates` unless there is exactly one.
  static func fix(_ pdf: [UInt8]) throws -> [UInt8] {
    let starts = positions(in: pdf)
    guard starts.count == 1, let start = starts.first else { throw PlottingError.creationDates(found: starts.count) }
    var fixed = pdf
    fixed.replaceSubrange(start..<start + fixedDigits.count, with: fixedDigits)
    return fixed
  }

  /// Where the fourteen digits of each creation date begin.
  static func positions(in pdf: [UInt8]) -> [Int] {
    guard pdf.count >= marker.count + fixedDigits.count else { return [] }
    return (0...pdf.count - marker.count - fixedDigits.count).compactMap { position in
      guard pdf[position] == marker[0], pdf[position..<position + marker.count].elementsEqual(marker) else {
        return nil
      }
      let digits = position + marker.count
      let areDigits = pdf[digits..<digits + fixedDigits.count].allSatisfy { (0x30...0x39).contains($0) }
      return areDigits ? digits : nil
    }
  }
}
