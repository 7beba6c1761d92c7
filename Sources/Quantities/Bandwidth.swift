/// A transfer rate, kept in bytes per second, the only unit the arithmetic sees.
public struct Bandwidth: Hashable, Comparable, Sendable {
  /// The rate in bytes per second.
  public let bytesPerSecond: Double

  /// A rate of `bytesPerSecond` bytes per second.
  public init(bytesPerSecond: Double) {
    self.bytesPerSecond = bytesPerSecond
  }

  /// A rate in decimal gigabits per second, the unit that instance data sheets print.
  public static func gbps(_ value: Double) -> Self {
    Self(bytesPerSecond: value * 1e9 / 8)
  }

  /// A rate in decimal gigabytes per second.
  public static func gigabytesPerSecond(_ value: Double) -> Self {
    Self(bytesPerSecond: value * 1e9)
  }

  /// The rate in decimal gigabits per second.
  public var inGbps: Double {
    bytesPerSecond * 8 / 1e9
  }

  /// The rate in decimal gigabytes per second.
  public var inGigabytesPerSecond: Double {
    bytesPerSecond / 1e9
  }

  /// Orders by speed.
  public static func < (a: Self, b: Self) -> Bool {
    a.bytesPerSecond < b.bytesPerSecond
  }
}
