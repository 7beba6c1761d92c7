/// Cuts a stream of bytes into lines, wherever its pieces are cut.
struct LineSplitter {
  private var rest: [UInt8] = []
  private let limit: Int

  /// - Parameter limit: the most bytes of a line.
  init(limit: Int) {
    self.limit = limit
  }

  /// Takes a piece.
  ///
  /// - Returns: the lines that are complete with it, without their ends; empty ones are left out. `nil` when one is too
  ///   long.
  mutating func feed(_ piece: [UInt8]) -> [[UInt8]]? {
    var lines: [[UInt8]] = []
    var start = piece.startIndex
    while let end = piece[start...].firstIndex(of: UInt8(ascii: "\n")) {
      rest += piece[start..<end]
      if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
      if !rest.isEmpty { lines.append(rest) }
      rest = []
      start = end + 1
    }
    rest += piece[start...]
    return rest.count <= limit && lines.allSatisfy({ $0.count <= limit }) ? lines : nil
  }
}
