/// A message to a remote storage server.
///
/// - Source: the protocol of the published images, port 8888.
public enum RemoteStoreMessage: Hashable, Sendable {
  /// Asks whether the server is ready to serve; answered by a text.
  case isInitialised
  /// Asks for weights, or for their size.
  case weights(WeightsRequest)

  /// The longest JSON header, in bytes.
  public static let longestHeader = 64 * 1024

  /// The bytes to send.
  public var bytes: [UInt8] {
    switch self {
    case .isInitialised: FrameReader.bytes(of: 0)
    case .weights(let request): framed(request.json)
    }
  }

  /// Takes one message from what has arrived; `nil` while it is incomplete.
  ///
  /// - Throws: ``WireError`` for a frame that is no message.
  public static func decode(from reader: inout FrameReader) throws(WireError) -> RemoteStoreMessage? {
    if reader.integer() == 0 {
      _ = reader.take(FrameReader.integerSize)
      return .isInitialised
    }
    guard let header = try jsonHeader(from: &reader, limit: longestHeader) else { return nil }
    return .weights(try WeightsRequest(header))
  }
}

/// Which weights are wanted from a remote storage server: one part of a shard, or how large it is as a whole.
public struct WeightsRequest: Hashable, Sendable {
  /// The model.
  public let model: String
  /// The stage.
  public let rank: Int
  /// The number of stages.
  public let pipelineSize: Int
  /// Whether the tensors are wanted that the stage does not hold.
  public let isRest: Bool
  /// The number of the part, from 0.
  public let part: Int
  /// How many parts there are.
  public let partCount: Int
  /// Whether only the size is wanted.
  public let isQuery: Bool

  /// A request for a part of a shard, or for the size of all.
  public init(
    model: String, rank: Int, pipelineSize: Int, isRest: Bool, part: Int = 0, partCount: Int = 1, isQuery: Bool = false
  ) {
    self.model = model
    self.rank = rank
    self.pipelineSize = pipelineSize
    self.isRest = isRest
    self.part = part
    self.partCount = partCount
    self.isQuery = isQuery
  }

  init(_ header: JSON) throws(WireError) {
    model = try header.text("model")
    pipelineSize = try header.whole("pp_size", atLeast: 1)
    rank = try header.whole("pp_rank")
    guard rank < pipelineSize else {
      throw .wrongMember(name: "pp_rank", expected: "less than pp_size (\(pipelineSize))", found: "\(rank)")
    }
    isRest = try header.flag("is_dest")
    isQuery = try header.flag("is_query")
    part = try header.whole("thread_id")
    partCount = try header.whole("num_thread", atLeast: 1)
    guard part < partCount else { throw .badThread(number: part, count: partCount) }
  }

  var json: JSON {
    [
      "model": .string(model), "pp_rank": .integer(Int64(rank)), "pp_size": .integer(Int64(pipelineSize)),
      "is_dest": .bool(isRest), "thread_id": .integer(Int64(part)), "num_thread": .integer(Int64(partCount)),
      "is_query": .bool(isQuery),
    ]
  }
}
