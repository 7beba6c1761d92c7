import Quantities
import ServingModel

/// The layout of weights in the safetensors format: the length of a header, the header, then the tensors' values.
///
/// Tensors lie in the byte order of their names, without gaps, the first at 0. The image is known to the byte from names
/// and shapes alone, so parts of it can be sent in parallel by servers that never hold it as a whole.
///
/// - Source: the safetensors format; header spelling and division as in the published remote storage server
///   (`wire.json`), except that what follows a header longer than its share is never cut wrongly.
public struct SafetensorsImage: Hashable, Sendable {
  /// A tensor and where its values lie, counted from the end of the header.
  public struct Entry: Hashable, Sendable {
    /// The tensor.
    public let tensor: TensorShape
    /// Where its values lie.
    public let data: Range<Int64>
  }

  /// The tensors, in the order in which they lie.
  public let entries: [Entry]
  /// The header with its length in front.
  public let head: [UInt8]
  /// The size of all values.
  public let dataBytes: Int64

  /// The size of everything.
  public var totalBytes: Int64 { Int64(head.count) + dataBytes }

  /// The image of tensors of 16-bit numbers.
  public init(tensors: [TensorShape]) {
    let sorted = tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    var end: Int64 = 0
    entries = sorted.map { tensor in
      let start = end
      end += tensor.byteCount.bytes
      return Entry(tensor: tensor, data: start..<end)
    }
    dataBytes = end
    let text = Array(Self.header(entries).utf8)
    head = FrameReader.bytes(of: UInt64(text.count)) + text
  }

  /// The bytes that one of `count` parts covers: equal parts of the whole, of which the last also has the remainder, with
  /// the header all in the first even where it is longer than its share.
  ///
  /// - Throws: ``WireError/badThread(number:count:)``.
  public func part(_ number: Int, of count: Int) throws(WireError) -> Range<Int64> {
    guard count >= 1, (0..<count).contains(number) else { throw .badThread(number: number, count: count) }
    return Self.part(number, of: count, totalBytes: totalBytes, headBytes: Int64(head.count))
  }

  /// The bytes that a part covers, for a receiver that knows only the sizes.
  ///
  /// - Precondition: the part exists.
  public static func part(_ number: Int, of count: Int, totalBytes: Int64, headBytes: Int64) -> Range<Int64> {
    precondition((0..<count).contains(number), "the part exists")
    let size = totalBytes / Int64(count)
    let start = number == 0 ? 0 : max(size * Int64(number), headBytes)
    let end = number == count - 1 ? totalBytes : max(size * Int64(number + 1), headBytes)
    return start..<end
  }

  /// The pieces of a range of the image in order: a piece of the header, then pieces of tensors, each as an entry's
  /// index and the range of its own values.
  public func pieces(of range: Range<Int64>) -> [Piece] {
    var pieces: [Piece] = []
    let headBytes = Int64(head.count)
    let header = range.clamped(to: 0..<headBytes)
    if !header.isEmpty { pieces.append(.head(Int(header.lowerBound)..<Int(header.upperBound))) }
    let data = max(range.lowerBound - headBytes, 0)..<max(range.upperBound - headBytes, 0)
    guard !data.isEmpty else { return pieces }
    for index in firstEntry(endingAfter: data.lowerBound)..<entries.count {
      let entry = entries[index]
      guard entry.data.lowerBound < data.upperBound else { break }
      let piece = data.clamped(to: entry.data)
      guard !piece.isEmpty else { continue }
      let start = entry.data.lowerBound
      pieces.append(.tensor(index, piece.lowerBound - start..<piece.upperBound - start))
    }
    return pieces
  }

  /// A piece of an image.
  public enum Piece: Hashable, Sendable {
    /// These bytes of the header with its length.
    case head(Range<Int>)
    /// These bytes of the values of the entry of that index.
    case tensor(Int, Range<Int64>)
  }

  private func firstEntry(endingAfter position: Int64) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].data.upperBound > position { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The header as Python writes it, with a space after commas and colons.
  private static func header(_ entries: [Entry]) -> String {
    let members = entries.map { entry in
      let shape = entry.tensor.shape.map { "\($0)" }.joined(separator: ", ")
      let offsets = "\(entry.data.lowerBound), \(entry.data.upperBound)"
      return "\(JSON.string(entry.tensor.name).text): "
        + "{\"data_offsets\": [\(offsets)], \"dtype\": \"F16\", \"shape\": [\(shape)]}"
    }
    return "{\(members.joined(separator: ", "))}"
  }
}
