/// The lines of a file that have something on them, with their numbers; line ends of both kinds, and a byte order mark.
struct TraceLines: IteratorProtocol, Sequence {
  private let contents: [UInt8]
  private var position = 0
  private var number = 0

  struct Line {
    let number: Int
    let bytes: ArraySlice<UInt8>
    /// Where the line after it begins.
    let end: Int
  }

  init(_ contents: [UInt8]) {
    self.contents = contents
    if contents.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  mutating func next() -> Line? {
    while position < contents.count {
      let start = position
      let end = contents[start...].firstIndex(of: UInt8(ascii: "\n")) ?? contents.count
      position = Swift.min(end + 1, contents.count)
      number += 1
      let bytes = contents[start..<end].trimmed
      if !bytes.isEmpty { return Line(number: number, bytes: bytes, end: position) }
    }
    return nil
  }
}

extension ArraySlice<UInt8> {
  /// Without spaces, tabs and carriage returns at either end.
  var trimmed: ArraySlice<UInt8> {
    var slice = self
    while let byte = slice.first, byte == 0x20 || byte == 0x09 || byte == 0x0D { slice = slice.dropFirst() }
    while let byte = slice.last, byte == 0x20 || byte == 0x09 || byte == 0x0D { slice = slice.dropLast() }
    return slice
  }
}
