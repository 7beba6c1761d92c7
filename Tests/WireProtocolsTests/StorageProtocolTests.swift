import Testing
import WireProtocols

@Suite struct StorageProtocolTests {
  static let shard = ShardRequest(model: "meta-llama/a/1", rank: 1, pipelineSize: 4, isRest: false, isPrefetch: true)
  static let weights = WeightsRequest(
    model: "a/b/0", rank: 0, pipelineSize: 2, isRest: true, part: 3, partCount: 8, isQuery: false)

  @Test(arguments: [
    StorageAgentMessage.isInitialised, .freeMemory, .clearCache, .query(model: "vendor/model"), .load(shard),
  ])
  func `a message to the agent survives its way, byte by byte`(message: StorageAgentMessage) throws {
    var reader = FrameReader()
    let bytes = message.bytes
    for byte in bytes.dropLast() {
      reader.feed([byte])
      if case .query = message { continue }  // its name ends where the bytes do
      #expect(try StorageAgentMessage.decode(from: &reader) == nil)
    }
    reader.feed([bytes[bytes.count - 1]])
    #expect(try StorageAgentMessage.decode(from: &reader) == message)
    #expect(reader.count == 0)
  }

  @Test(arguments: [RemoteStoreMessage.isInitialised, .weights(weights)])
  func `a message to the remote store survives its way, byte by byte`(message: RemoteStoreMessage) throws {
    var reader = FrameReader()
    let bytes = message.bytes
    for byte in bytes.dropLast() {
      reader.feed([byte])
      #expect(try RemoteStoreMessage.decode(from: &reader) == nil)
    }
    reader.feed([bytes[bytes.count - 1]])
    #expect(try RemoteStoreMessage.decode(from: &reader) == message)
  }

  @Test func `the header of a shard has the published names and a length in front`() {
    let text = #"{"model":"meta-llama/a/1","pp_rank":1,"pp_size":4,"is_dest":false,"pre_load":"yes"}"#
    #expect(StorageAgentMessage.load(Self.shard).bytes == FrameReader.bytes(of: UInt64(text.utf8.count)) + text.utf8)
    #expect(FrameReader.bytes(of: 0x0102) == [2, 1, 0, 0, 0, 0, 0, 0])
  }

  @Test func `the published client's spelling of numbers and truth values is read`() throws {
    let header = #"{"model": "m", "pp_rank": "1", "pp_size": "2", "is_dest": "true", "pre_load": "no"}"#
    var reader = FrameReader()
    reader.feed(FrameReader.bytes(of: UInt64(header.utf8.count)) + header.utf8)
    let expected = ShardRequest(model: "m", rank: 1, pipelineSize: 2, isRest: true, isPrefetch: false)
    #expect(try StorageAgentMessage.decode(from: &reader) == .load(expected))
  }

  @Test func `the place of a shard survives its way`() {
    let place = ShardPlace(offset: 4096, segmentBytes: 1 << 34, segment: "/hydra-1")
    var reader = FrameReader()
    reader.feed(place.bytes)
    #expect(ShardPlace.decode(from: &reader) == place)
    reader.feed(place.bytes.prefix(16))
    #expect(ShardPlace.decode(from: &reader) == nil)
  }

  /// Bytes that are no message, and what is said about them.
  static let refused: [(bytes: [UInt8], sentence: String)] = [
    (FrameReader.bytes(of: 1 << 40), "A frame of 1099511627776 bytes was announced; at most 65536 are allowed."),
    (FrameReader.bytes(of: 3) + longName, "A model name of 51 bytes was sent; 1 to 50 are allowed."),
    (FrameReader.bytes(of: 4) + "nope".utf8, "The body is not JSON: a value is expected at byte 0."),
    (StorageAgentMessage.load(outside).bytes, "`pp_rank` must be less than pp_size (2), not 2."),
    (FrameReader.bytes(of: 11) + #"{"model":1}"#.utf8, "`model` must be a string, not 1."),
  ]
  static let longName = [UInt8](repeating: 0x61, count: 51)
  static let outside = ShardRequest(model: "m", rank: 2, pipelineSize: 2, isRest: false, isPrefetch: false)

  @Test(arguments: refused)
  func `what is no message is refused in one sentence`(bytes: [UInt8], sentence: String) {
    var reader = FrameReader()
    reader.feed(bytes)
    do {
      _ = try StorageAgentMessage.decode(from: &reader)
      Issue.record("accepted")
    } catch {
      #expect(error.description == sentence)
    }
  }

  @Test func `a part that does not exist is refused`() {
    var reader = FrameReader()
    let message = WeightsRequest(model: "m", rank: 0, pipelineSize: 1, isRest: false, part: 8, partCount: 8)
    reader.feed(RemoteStoreMessage.weights(message).bytes)
    #expect(throws: WireError.badThread(number: 8, count: 8)) { try RemoteStoreMessage.decode(from: &reader) }
  }
}
