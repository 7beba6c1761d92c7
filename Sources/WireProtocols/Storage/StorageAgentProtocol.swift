/// A message to the storage agent of a GPU node, which holds models in host memory.
///
/// A message begins with an integer: 0 to 3 is a question, anything larger the length of a JSON header.
///
/// - Source: the protocol of the published images, port 6666.
public enum StorageAgentMessage: Hashable, Sendable {
  /// Asks whether the agent is ready to serve; answered by a text.
  case isInitialised
  /// Lets go of all memory.
  case freeMemory
  /// Drops all models that nobody reads; answered by the size of what was dropped.
  case clearCache
  /// Asks for the presence of a whole model; answered by ``ModelPresence``.
  case query(model: String)
  /// Starts fetching a shard, or asks where it is.
  case load(ShardRequest)

  /// The longest name of a model in a query, in bytes.
  public static let longestModelName = 50
  /// The longest JSON header, in bytes.
  public static let longestHeader = 64 * 1024

  /// The bytes to send.
  public var bytes: [UInt8] {
    switch self {
    case .isInitialised: FrameReader.bytes(of: 0)
    case .freeMemory: FrameReader.bytes(of: 1)
    case .clearCache: FrameReader.bytes(of: 2)
    case .query(let model): FrameReader.bytes(of: 3) + model.utf8
    case .load(let shard): framed(shard.json)
    }
  }

  /// Takes one message from what has arrived; `nil` while it is incomplete.
  ///
  /// The name in a query has no length before it and ends with what the client has sent: all bytes there count.
  ///
  /// - Throws: ``WireError`` for a frame that is no message.
  public static func decode(from reader: inout FrameReader) throws(WireError) -> StorageAgentMessage? {
    guard let first = reader.integer() else { return nil }
    switch first {
    case 0, 1, 2:
      _ = reader.take(FrameReader.integerSize)
      return first == 0 ? .isInitialised : first == 1 ? .freeMemory : .clearCache
    case 3:
      let length = reader.count - FrameReader.integerSize
      guard length > 0 else { return nil }
      guard length <= longestModelName else { throw .badModelName(bytes: length, limit: longestModelName) }
      guard let name = reader.take(length, skipping: FrameReader.integerSize) else { return nil }
      return .query(model: String(decoding: name, as: UTF8.self))
    default:
      guard let header = try jsonHeader(from: &reader, limit: longestHeader) else { return nil }
      return .load(try ShardRequest(header))
    }
  }
}

/// Which shard of a model is wanted, and whether it is only to be fetched.
public struct ShardRequest: Hashable, Sendable {
  /// The model.
  public let model: String
  /// The stage.
  public let rank: Int
  /// The number of stages.
  public let pipelineSize: Int
  /// Whether the tensors are wanted that the stage does not hold: what a consolidation loads.
  public let isRest: Bool
  /// Whether to start fetching only; the connection closes when everything is there.
  public let isPrefetch: Bool

  /// A request for a shard.
  public init(model: String, rank: Int, pipelineSize: Int, isRest: Bool, isPrefetch: Bool) {
    self.model = model
    self.rank = rank
    self.pipelineSize = pipelineSize
    self.isRest = isRest
    self.isPrefetch = isPrefetch
  }

  init(_ header: JSON) throws(WireError) {
    model = try header.text("model")
    pipelineSize = try header.whole("pp_size", atLeast: 1)
    rank = try header.whole("pp_rank")
    guard rank < pipelineSize else {
      throw .wrongMember(name: "pp_rank", expected: "less than pp_size (\(pipelineSize))", found: "\(rank)")
    }
    isRest = try header.flag("is_dest")
    isPrefetch = try header.flag("pre_load")
  }

  var json: JSON {
    [
      "model": .string(model), "pp_rank": .integer(Int64(rank)), "pp_size": .integer(Int64(pipelineSize)),
      "is_dest": .bool(isRest), "pre_load": isPrefetch ? "yes" : "no",
    ]
  }
}

/// Whether a storage agent holds a whole model; the raw value is its answer on the wire.
public enum ModelPresence: UInt64, Hashable, Sendable, CaseIterable {
  /// It was never fetched.
  case unknown = 2
  /// It was held and had to give way.
  case evicted = 1
  /// It is held.
  case cached = 3
}

/// Where in shared memory a shard is, or will be.
///
/// The first 8 bytes at the offset count the bytes that have arrived so far; the shard follows them, so a reader streams
/// while the fetch goes on.
public struct ShardPlace: Hashable, Sendable {
  /// Where the count of arrived bytes is.
  public let offset: UInt64
  /// The size of the shared-memory segment.
  public let segmentBytes: UInt64
  /// The name of the segment.
  public let segment: String

  /// A place in a segment.
  public init(offset: UInt64, segmentBytes: UInt64, segment: String) {
    self.offset = offset
    self.segmentBytes = segmentBytes
    self.segment = segment
  }

  /// The bytes of the answer.
  public var bytes: [UInt8] {
    FrameReader.bytes(of: offset) + FrameReader.bytes(of: segmentBytes) + segment.utf8
  }

  /// Takes the answer from what has arrived: the name ends with it.
  public static func decode(from reader: inout FrameReader) -> ShardPlace? {
    let size = FrameReader.integerSize
    guard let offset = reader.integer(), let bytes = reader.integer(at: size), reader.count > 2 * size,
      let name = reader.take(reader.count - 2 * size, skipping: 2 * size)
    else { return nil }
    return ShardPlace(offset: offset, segmentBytes: bytes, segment: String(decoding: name, as: UTF8.self))
  }
}

/// A JSON text with its length in front.
func framed(_ header: JSON) -> [UInt8] {
  let text = header.bytes
  return FrameReader.bytes(of: UInt64(text.count)) + text
}

/// Takes a JSON text that has its length in front; `nil` while it is incomplete.
func jsonHeader(from reader: inout FrameReader, limit: Int) throws(WireError) -> JSON? {
  guard let length = reader.integer() else { return nil }
  guard length <= UInt64(limit) else { throw .frameTooLong(bytes: length, limit: limit) }
  guard let text = reader.take(Int(length), skipping: FrameReader.integerSize) else { return nil }
  return try JSON(parsing: text)
}
