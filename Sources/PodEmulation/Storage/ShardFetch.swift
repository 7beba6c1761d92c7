import NIOCore
import NIOPosix
import WireProtocols

/// Fetches one shard from a remote storage server into shared memory, in parts over parallel connections.
///
/// There are more parts than connections and they are fetched in order, so what has arrived without a gap, which is what
/// a streaming reader can use, stays close to what has arrived at all. A part that breaks off or stalls is fetched again
/// from its start. It lives on one event loop.
final class ShardFetch {
  /// How a fetch goes about its work.
  struct Settings: Sendable {
    /// The remote storage servers; parts are fetched from them in turn, so that each sends the same share.
    var remotes: [RemoteStore]
    /// How many connections there are at once.
    var connections = 4
    /// How long a connection may bring nothing.
    var stallTimeout = TimeAmount.seconds(5)
    /// How often a part is tried.
    var attempts = 3
  }

  let request: WeightsRequest
  let totalBytes: Int
  private let settings: Settings
  private let eventLoop: any EventLoop
  private let spend: (Int) -> Int64
  private let memory: SharedMemorySegment
  private let offset: Int
  private let ended: (String?) -> Void
  private var parts: [Part]
  private var nextPart = 0
  private var headBytes: Int?
  private var isOver = false

  private struct Part {
    var received = 0
    var isComplete = false
    var attempts = 0
  }

  /// A part has at least this many bytes, so that connecting costs little against it.
  private static let leastPartBytes = 256 * 1024
  private static let mostParts = 64

  /// A fetch that is yet to begin.
  ///
  /// - Parameters:
  ///   - offset: where the count of arrived bytes is; the shard follows it.
  ///   - spend: pays for received bytes and says how many nanoseconds to wait before more is read.
  ///   - ended: called once, with the reason if the fetch failed.
  init(
    _ request: WeightsRequest, totalBytes: Int, settings: Settings, memory: SharedMemorySegment, offset: Int,
    eventLoop: any EventLoop, spend: @escaping (Int) -> Int64, ended: @escaping (String?) -> Void
  ) {
    self.request = request
    self.totalBytes = totalBytes
    self.settings = settings
    self.memory = memory
    self.offset = offset
    self.eventLoop = eventLoop
    self.spend = spend
    self.ended = ended
    // As many from each server, so that none sends more than its share.
    let rounds = max(totalBytes / Self.leastPartBytes / settings.remotes.count, 1)
    let count = min(rounds, Self.mostParts / settings.remotes.count) * settings.remotes.count
    parts = Array(repeating: Part(), count: count)
  }

  /// Begins with the first part; the others follow once the length of the header is known, on which their places depend.
  func begin() {
    startNextPart()
  }

  private func startNextPart() {
    guard !isOver, nextPart < parts.count else { return }
    nextPart += 1
    connect(part: nextPart - 1)
  }

  private func connect(part: Int) {
    parts[part].attempts += 1
    parts[part].received = 0
    let wanted = WeightsRequest(
      model: request.model, rank: request.rank, pipelineSize: request.pipelineSize, isRest: request.isRest, part: part,
      partCount: parts.count)
    let fetch = NIOLoopBound(self, eventLoop: eventLoop)
    RemoteStoreClient.open(
      settings, from: part, RemoteStoreMessage.weights(wanted), on: eventLoop,
      received: { fetch.value.received($0, part: part) }, closed: { fetch.value.closed(part: part, reason: $0) })
  }

  /// Stores bytes of a part and says how long to wait before reading on; `nil` when the part is complete.
  private func received(_ bytes: ByteBufferView, part: Int) -> Int64? {
    guard !isOver else { return nil }
    if part == 0, headBytes == nil { learnHead(bytes) }
    guard let range = range(of: part), range.count >= parts[part].received + bytes.count else {
      fail("a part is longer than it must be")
      return nil
    }
    let place = offset + FrameReader.integerSize + range.lowerBound + parts[part].received
    memory.bytes(place..<place + bytes.count).copyBytes(from: bytes)
    parts[part].received += bytes.count
    publish()
    let wait = spend(bytes.count)
    guard parts[part].received == range.count else { return wait }
    parts[part].isComplete = true
    if parts.allSatisfy(\.isComplete) {
      isOver = true
      ended(nil)
    } else {
      startNextPart()
    }
    return nil
  }

  /// The first 8 bytes are the length of the header. They arrive at once: a sender writes far more than 8 in one go.
  private func learnHead(_ bytes: ByteBufferView) {
    guard bytes.count >= FrameReader.integerSize else { return fail("the first bytes came one by one") }
    let length = bytes.prefix(FrameReader.integerSize).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length < UInt64(totalBytes) else { return fail("the header is longer than the shard") }
    headBytes = FrameReader.integerSize + Int(length)
    for _ in 1..<settings.connections { startNextPart() }
  }

  private func range(of part: Int) -> Range<Int>? {
    guard let headBytes else { return nil }
    let division = SafetensorsImage.part(
      part, of: parts.count, totalBytes: Int64(totalBytes), headBytes: Int64(headBytes))
    return Int(division.lowerBound)..<Int(division.upperBound)
  }

  /// Tells readers how much has arrived without a gap.
  private func publish() {
    var arrived = 0
    for part in parts.indices {
      guard let range = range(of: part) else { break }
      arrived = range.lowerBound + parts[part].received
      guard parts[part].isComplete || parts[part].received == range.count else { break }
    }
    memory.setArrivedBytes(max(arrived, memory.arrivedBytes(at: offset)), at: offset)
  }

  private func closed(part: Int, reason: String) {
    guard !isOver, !parts[part].isComplete else { return }
    guard parts[part].attempts < settings.attempts else { return fail(reason) }
    connect(part: part)
  }

  private func fail(_ reason: String) {
    guard !isOver else { return }
    isOver = true
    ended(reason)
  }
}
