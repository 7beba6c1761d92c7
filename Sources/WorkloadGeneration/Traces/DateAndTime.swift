/// A moment written as `2023-11-16 18:15:46.6805900` or `2024-05-10T00:00:00.009930+00:00`.
struct DateAndTime: Equatable {
  /// Nanoseconds since the year 1970.
  let nanoseconds: Int64

  /// - Returns: `nil` for any other text, and for moments that are not within 200 years of 1970.
  init?(_ text: String) {
    var rest = Array(text.utf8)[...]
    guard let year = Self.digits(4, of: &rest), Self.skip("-", in: &rest), let month = Self.digits(2, of: &rest),
      Self.skip("-", in: &rest), let day = Self.digits(2, of: &rest),
      Self.skip(" ", in: &rest) || Self.skip("T", in: &rest), let hour = Self.digits(2, of: &rest),
      Self.skip(":", in: &rest), let minute = Self.digits(2, of: &rest), Self.skip(":", in: &rest),
      let second = Self.digits(2, of: &rest), 1770...2169 ~= year, 1...12 ~= month,
      1...Self.length(ofMonth: month, year: year) ~= day, hour < 24, minute < 60, second < 60
    else { return nil }
    var fraction: Int64 = 0
    if Self.skip(".", in: &rest) {
      let start = rest.startIndex
      var unit: Int64 = 100_000_000
      while let digit = Self.digits(1, of: &rest) {
        fraction += digit * unit
        unit /= 10
      }
      guard rest.startIndex > start else { return nil }
    }
    // The published files are all in universal time.
    guard rest.isEmpty || rest.elementsEqual("Z".utf8) || rest.elementsEqual("+00:00".utf8) else { return nil }
    let seconds = ((Self.days(year: year, month: month, day: day) * 24 + hour) * 60 + minute) * 60 + second
    nanoseconds = seconds * 1_000_000_000 + fraction
  }

  private static func digits(_ count: Int, of rest: inout ArraySlice<UInt8>) -> Int64? {
    let field = rest.prefix(count)
    guard field.count == count, field.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
    rest = rest.dropFirst(count)
    return field.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
  }

  private static func skip(_ symbol: Unicode.Scalar, in rest: inout ArraySlice<UInt8>) -> Bool {
    guard rest.first == UInt8(ascii: symbol) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private static func length(ofMonth month: Int64, year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01 of the Gregorian calendar. Years are counted from March, so that a leap day is the last.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let years = month > 2 ? year : year - 1
    let months = (month + 9) % 12
    let daysBefore = (153 * months + 2) / 5 + day - 1  // 153 days are five months from March or August on
    return years * 365 + years / 4 - years / 100 + years / 400 + daysBefore - 719_468
  }
}
