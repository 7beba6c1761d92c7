import ServingModel

/// The values that stand in for a tensor's: the same bytes for the same name on every machine, and cheap to make.
///
/// The 8 bytes at position 8·n of a tensor are a mix (SplitMix64) of n and a hash of the name, so any piece can be made
/// without what comes before it, and a receiver knows what it must have received.
public struct SyntheticWeights: Hashable, Sendable {
  private let seed: UInt64

  /// The values of the tensor of that name.
  public init(tensor name: String) {
    seed = name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }

  /// Writes the bytes from `position` on into memory, filling it.
  public func fill(_ memory: UnsafeMutableRawBufferPointer, from position: Int64) {
    var index = 0
    var position = UInt64(position)
    while index < memory.count {
      let word = word(position / 8)
      let skipped = Int(position % 8)
      if skipped == 0, memory.count - index >= 8 {
        memory.storeBytes(of: word.littleEndian, toByteOffset: index, as: UInt64.self)
        index += 8
        position += 8
      } else {
        let count = min(8 - skipped, memory.count - index)
        for byte in 0..<count { memory[index + byte] = UInt8(truncatingIfNeeded: word >> (8 * UInt64(skipped + byte))) }
        index += count
        position += UInt64(count)
      }
    }
  }

  @inline(__always)
  private func word(_ number: UInt64) -> UInt64 {
    var mixed = seed &+ (number &+ 1) &* 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

extension SafetensorsImage {
  /// Writes the bytes of the image from `position` on into memory, filling it with synthetic values.
  ///
  /// - Precondition: the image does not end before the memory does.
  public func fill(_ memory: UnsafeMutableRawBufferPointer, from position: Int64) {
    precondition(position >= 0 && position + Int64(memory.count) <= totalBytes, "the bytes are within the image")
    var index = 0
    for piece in pieces(of: position..<position + Int64(memory.count)) {
      switch piece {
      case .head(let range):
        UnsafeMutableRawBufferPointer(rebasing: memory[index..<index + range.count]).copyBytes(from: head[range])
        index += range.count
      case .tensor(let entry, let range):
        let part = UnsafeMutableRawBufferPointer(rebasing: memory[index..<index + range.count])
        SyntheticWeights(tensor: entries[entry].tensor.name).fill(part, from: range.lowerBound)
        index += range.count
      }
    }
  }

  /// The same tensors with about `1/scale` of the values: each dimension of a matrix shrinks by the square root.
  ///
  /// - Precondition: the scale is at least 1.
  public func scaledDown(by scale: Double) -> SafetensorsImage {
    precondition(scale >= 1, "weights are scaled down, not up")
    guard scale > 1 else { return self }
    return SafetensorsImage(
      tensors: entries.map { entry in
        let shape = entry.tensor.shape
        var factor = scale
        for _ in shape.dropFirst() { factor = factor.squareRoot() }
        return TensorShape(
          name: entry.tensor.name, shape: shape.map { max(1, Int((Double($0) / factor).rounded())) })
      })
  }
}
