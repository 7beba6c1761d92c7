import Glibc
import Quantities

/// The time and the random names that objects get.
struct APIClock {
  private let now: @Sendable () -> Int64
  private var random: SplitMix64

  /// - Parameters:
  ///   - seed: the same one gives the same identifiers and names in the same order.
  ///   - now: seconds since 1970.
  init(seed: UInt64, now: @escaping @Sendable () -> Int64) {
    random = SplitMix64(seed: seed)
    self.now = now
  }

  /// Seconds since 1970.
  var seconds: Int64 { now() }

  /// The time as objects have it.
  var timestamp: String { Self.timestamp(now()) }

  /// A time as objects have it: RFC 3339 in whole seconds.
  static func timestamp(_ seconds: Int64) -> String {
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T"
      + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
  }

  /// Seconds since 1970 of a time as objects have it; `nil` if it is none.
  static func seconds(_ timestamp: String) -> Int64? {
    let numbers = timestamp.split { !$0.isNumber }.compactMap { Int32($0) }
    guard numbers.count >= 6 else { return nil }
    var parts = tm()
    parts.tm_year = numbers[0] - 1900
    parts.tm_mon = numbers[1] - 1
    parts.tm_mday = numbers[2]
    parts.tm_hour = numbers[3]
    parts.tm_min = numbers[4]
    parts.tm_sec = numbers[5]
    return Int64(timegm(&parts))
  }

  /// A new identifier, in the form of a random UUID.
  mutating func uid() -> String {
    let high = random.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    let low = random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    let digits = Array((Self.hexadecimal(high) + Self.hexadecimal(low)).utf8)
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
      .map { String(decoding: digits[$0], as: UTF8.self) }.joined(separator: "-")
  }

  private static func hexadecimal(_ value: UInt64) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  /// Letters and digits that make no words, as generated names have them.
  static let safeLetters = Array("bcdfghjklmnpqrstvwxz2456789")

  /// The end of a generated name.
  mutating func suffix() -> String {
    String((0..<5).map { _ in Self.safeLetters[Int(random.next() % UInt64(Self.safeLetters.count))] })
  }
}
