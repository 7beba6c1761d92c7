/// A checksum of bytes that arrive piece by piece (FNV-1a over words of 8 bytes, the last filled up with zeros).
public struct ByteSum: Hashable, Sendable {
  private var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  private var pending: UInt64 = 0
  private var pendingCount: UInt64 = 0

  /// The sum of nothing.
  public init() {}

  /// Adds bytes.
  public mutating func add(_ bytes: UnsafeRawBufferPointer) {
    var index = 0
    while index < bytes.count {
      if pendingCount == 0, bytes.count - index >= 8 {
        mix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
        index += 8
      } else {
        pending |= UInt64(bytes[index]) << (8 * pendingCount)
        pendingCount += 1
        index += 1
        guard pendingCount == 8 else { continue }
        mix(pending)
        pending = 0
        pendingCount = 0
      }
    }
  }

  /// The sum of all bytes so far.
  public var value: UInt64 {
    guard pendingCount > 0 else { return hash }
    var whole = self
    whole.mix(pending)
    return whole.hash
  }

  private mutating func mix(_ word: UInt64) {
    hash = (hash ^ word) &* 0x0000_0100_0000_01B3
    hash ^= hash >> 29  // so that high bits reach the low ones, too
  }
}
