import ServingModel

/// Numbers of a configuration file with their range, so that a bad one is refused where it stands.
struct OutOfRange: Error, CustomStringConvertible {
  let description: String
}

/// The range of a time or a rate, in the unit of its key.
///
/// Its ends are a day's worth of slips away from anything sensible (an hour in milliseconds, 41 days in seconds, a
/// megabyte per second), and no product of such numbers leaves the 292 years that a simulation can count in
/// nanoseconds.
private enum NumberRange {
  static let least = 0.001
  static let most = 3_600_000.0

  static func check(_ value: Double, from least: Double) throws(OutOfRange) -> Double {
    guard value >= least else { throw OutOfRange(description: "\(value) is less than \(text(least)).") }
    guard value <= most else { throw OutOfRange(description: "\(value) is more than \(text(most)).") }
    return value
  }

  private static func text(_ value: Double) -> String {
    Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }
}

/// A number greater than 0.
struct Positive: Decodable {
  let value: Double

  init(from decoder: any Decoder) throws {
    let number = try decoder.singleValueContainer().decode(Double.self)
    guard number > 0 else { throw OutOfRange(description: "\(number) is not greater than 0.") }
    value = try NumberRange.check(number, from: NumberRange.least)
  }
}

/// A number that is 0 or greater.
struct NonNegative: Decodable {
  let value: Double

  init(from decoder: any Decoder) throws {
    value = try NumberRange.check(decoder.singleValueContainer().decode(Double.self), from: 0)
  }
}

/// A share of one.
struct Fraction: Decodable {
  let value: Double

  init(from decoder: any Decoder) throws {
    value = try decoder.singleValueContainer().decode(Double.self)
    guard (0...1).contains(value) else { throw OutOfRange(description: "\(value) is not between 0 and 1.") }
  }
}

/// A whole number from 1 to a million: anything larger is a slip, and would only fail later and less clearly.
struct PositiveCount: Decodable {
  let value: Int

  init(from decoder: any Decoder) throws {
    value = try decoder.singleValueContainer().decode(Int.self)
    guard (1...1_000_000).contains(value) else {
      throw OutOfRange(description: "\(value) is not between 1 and 1000000.")
    }
  }
}

extension ModelArchitecture.Family: Decodable {}
