/// An amount of data or memory, in whole bytes.
public struct ByteCount: Hashable, Comparable, Sendable {
  /// The amount in bytes.
  public let bytes: Int64

  /// An amount of `bytes` bytes.
  public init(bytes: Int64) {
    self.bytes = bytes
  }

  /// No bytes.
  public static let zero = ByteCount(bytes: 0)

  /// An amount of `count` bytes.
  public static func bytes(_ count: Int64) -> Self {
    Self(bytes: count)
  }

  /// An amount in decimal gigabytes (10⁹ bytes), rounded to a whole byte.
  public static func gigabytes(_ value: Double) -> Self {
    Self(bytes: Int64((value * 1e9).rounded()))
  }

  /// An amount in binary gibibytes (2³⁰ bytes), rounded to a whole byte.
  public static func gibibytes(_ value: Double) -> Self {
    Self(bytes: Int64((value * 1_073_741_824).rounded()))
  }

  /// The amount in decimal gigabytes (10⁹ bytes).
  public var inGigabytes: Double {
    Double(bytes) / 1e9
  }

  /// Orders by size.
  public static func < (a: Self, b: Self) -> Bool {
    a.bytes < b.bytes
  }

  /// The sum of two amounts.
  public static func + (a: Self, b: Self) -> Self {
    Self(bytes: a.bytes + b.bytes)
  }

  /// The difference of two amounts; negative when `b` is the larger.
  public static func - (a: Self, b: Self) -> Self {
    Self(bytes: a.bytes - b.bytes)
  }

  /// Adds to an amount in place.
  public static func += (a: inout Self, b: Self) {
    a = a + b
  }

  /// Subtracts from an amount in place.
  public static func -= (a: inout Self, b: Self) {
    a = a - b
  }

  /// How long the amount takes at a rate.
  public static func / (size: Self, rate: Bandwidth) -> Duration {
    .seconds(Double(size.bytes) / rate.bytesPerSecond)
  }
}
