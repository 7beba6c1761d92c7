/// Which parts of a shared-memory segment are free.
///
/// A block is taken from the start of the largest free one, the last among equals, as in the published store: what stays
/// free stays in large pieces.
struct SegmentSpace: Hashable, Sendable {
  /// Free blocks by address, never empty, never touching each other.
  private(set) var freeBlocks: [Range<Int>]

  init(size: Int) {
    freeBlocks = size > 0 ? [0..<size] : []
  }

  /// The size of the largest block that can be taken.
  var largest: Int {
    freeBlocks.map(\.count).max() ?? 0
  }

  /// Takes a block and returns its address; `nil` when no free block is large enough.
  mutating func allocate(_ size: Int) -> Int? {
    guard size <= largest, let place = freeBlocks.lastIndex(where: { $0.count == largest }) else { return nil }
    let block = freeBlocks[place]
    if block.count == size {
      freeBlocks.remove(at: place)
    } else {
      freeBlocks[place] = block.lowerBound + size..<block.upperBound
    }
    return block.lowerBound
  }

  /// Gives a block back.
  ///
  /// - Precondition: the block was taken and is given back as a whole.
  mutating func free(_ block: Range<Int>) {
    guard !block.isEmpty else { return }
    let place = freeBlocks.firstIndex { $0.lowerBound >= block.upperBound } ?? freeBlocks.count
    precondition(
      place == 0 || freeBlocks[place - 1].upperBound <= block.lowerBound, "only what was taken is given back")
    freeBlocks.insert(block, at: place)
    if place + 1 < freeBlocks.count, freeBlocks[place].upperBound == freeBlocks[place + 1].lowerBound {
      freeBlocks[place] = freeBlocks[place].lowerBound..<freeBlocks.remove(at: place + 1).upperBound
    }
    if place > 0, freeBlocks[place - 1].upperBound == freeBlocks[place].lowerBound {
      freeBlocks[place - 1] = freeBlocks[place - 1].lowerBound..<freeBlocks.remove(at: place).upperBound
    }
  }
}
