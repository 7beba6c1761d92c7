/// Collects bytes as they arrive and hands out the whole pieces of a binary protocol.
///
/// Nothing of a piece is taken before all of it is there, so a reader that finds too little simply tries again later.
public struct FrameReader: Sendable {
  private var bytes: [UInt8] = []
  private var start = 0

  /// The size of an integer on the wire.
  public static let integerSize = 8

  /// A reader without bytes.
  public init() {}

  /// How many bytes wait to be taken.
  public var count: Int { bytes.count - start }

  /// Adds bytes that have arrived.
  public mutating func feed(_ more: some Sequence<UInt8>) {
    bytes.removeFirst(start)  // what has been taken
    start = 0
    bytes.append(contentsOf: more)
  }

  /// The little-endian unsigned integer at a place, if it is there; nothing is taken.
  public func integer(at offset: Int = 0) -> UInt64? {
    guard count >= offset + Self.integerSize else { return nil }
    let place = start + offset
    return (0..<Self.integerSize).reduce(0) { $0 | UInt64(bytes[place + $1]) << (8 * UInt64($1)) }
  }

  /// Takes `length` bytes after leaving out `skipping`, if they are all there.
  public mutating func take(_ length: Int, skipping: Int = 0) -> [UInt8]? {
    guard count >= skipping + length else { return nil }
    let from = start + skipping
    start = from + length
    return Array(bytes[from..<start])
  }

  /// An integer as it is sent.
  public static func bytes(of value: UInt64) -> [UInt8] {
    (0..<integerSize).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }
}
