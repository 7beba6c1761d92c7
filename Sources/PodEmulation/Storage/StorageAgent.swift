import NIOCore
import Quantities
import WireProtocols

/// The storage agent of a GPU node: it fetches shards into shared memory and tells readers where they are.
///
/// It lives on one event loop; what it answers may come later, when a place is found or a fetch has ended.
final class StorageAgent {
  /// Which shard.
  struct Key: Hashable, Sendable {
    let model: String
    let rank: Int
    let pipelineSize: Int
    let isRest: Bool

    /// Only whole models are cached: a stage is of no use to another pipeline.
    var isWhole: Bool { pipelineSize == 1 && !isRest }
  }

  /// Somebody who waits for a shard or reads it.
  final class Reader {
    let isPrefetch: Bool
    let placed: (ShardPlace) -> Void
    let fetched: () -> Void
    let failed: () -> Void

    init(
      isPrefetch: Bool, placed: @escaping (ShardPlace) -> Void, fetched: @escaping () -> Void,
      failed: @escaping () -> Void
    ) {
      self.isPrefetch = isPrefetch
      self.placed = placed
      self.fetched = fetched
      self.failed = failed
    }
  }

  private struct Shard {
    var place: Int?
    var totalBytes: Int?
    var fetch: ShardFetch?
    var isFetched = false
    var readers: [ObjectIdentifier: Reader] = [:]
  }

  private let segment: SharedMemorySegment
  private let settings: ShardFetch.Settings
  private let usesCache: Bool
  private let eventLoop: any EventLoop
  private var store: SegmentStore<Key>
  private var network: FairShare<Key>?
  private var shards: [Key: Shard] = [:]
  /// Shards whose size is known and that wait for room, first come first served.
  private var waitingForRoom: [Key] = []

  init(
    segment: SharedMemorySegment, settings: ShardFetch.Settings, rate: Bandwidth?, usesCache: Bool,
    eventLoop: any EventLoop
  ) {
    self.segment = segment
    self.settings = settings
    self.usesCache = usesCache
    self.eventLoop = eventLoop
    store = SegmentStore(size: segment.size)
    network = rate.map(FairShare.init)
  }

  /// Whether a whole model is held.
  func presence(of model: String) -> ModelPresence {
    let key = Key(model: model, rank: 0, pipelineSize: 1, isRest: false)
    if usesCache, shards[key]?.isFetched == true { return .cached }
    return store.wasEvicted(key) ? .evicted : .unknown
  }

  /// Drops the models that nobody uses, and with `all` the stages, too, and returns how many bytes they had.
  func clear(all: Bool) -> Int {
    let (evicted, bytes) = store.clear(all: all)
    for key in evicted { shards[key] = nil }
    placeWaiting()
    return bytes
  }

  /// Begins a use of a shard, and fetches it if need be.
  func begin(_ key: Key, _ reader: Reader) {
    let isNew = shards[key] == nil
    shards[key, default: Shard()].readers[ObjectIdentifier(reader)] = reader
    if store.contains(key) {
      if !reader.isPrefetch { store.beginUse(key) }
      tell(reader, of: key)
    }
    guard isNew else { return }
    let agent = NIOLoopBound(self, eventLoop: eventLoop)
    RemoteStoreClient.size(of: Self.request(key), settings, on: eventLoop) { result in
      agent.value.sized(key, result)
    }
  }

  /// Ends a use.
  func end(_ key: Key, _ reader: Reader) {
    guard shards[key]?.readers.removeValue(forKey: ObjectIdentifier(reader)) != nil else { return }
    guard !reader.isPrefetch, store.contains(key) else { return }
    if store.endUse(key) { shards[key] = nil }
    placeWaiting()
  }

  private func sized(_ key: Key, _ result: Result<Int, PodError>) {
    guard shards[key] != nil else { return }
    guard case .success(let bytes) = result, Self.blockSize(bytes) <= segment.size else { return fail(key) }
    shards[key]?.totalBytes = bytes
    waitingForRoom.append(key)
    placeWaiting()
  }

  /// Gives places to those that wait, as far as there is room.
  private func placeWaiting() {
    while let key = waitingForRoom.first {
      guard let shard = shards[key], let bytes = shard.totalBytes else {
        waitingForRoom.removeFirst()
        continue
      }
      let (place, evicted) = store.insert(key, size: Self.blockSize(bytes), isCached: usesCache && key.isWhole)
      for key in evicted { shards[key] = nil }
      guard let place else {
        guard let unused = store.giveUpOldestUnused() else { return }
        shards[unused] = nil
        continue
      }
      waitingForRoom.removeFirst()
      start(key, at: place, bytes: bytes)
    }
  }

  private func start(_ key: Key, at place: Int, bytes: Int) {
    segment.setArrivedBytes(0, at: place)
    store.beginFilling(key)
    for _ in 0..<readerCount(of: key) { store.beginUse(key) }
    let fetch = ShardFetch(
      Self.request(key), totalBytes: bytes, settings: settings, memory: segment, offset: place, eventLoop: eventLoop,
      spend: { [self] in spend($0, for: key) }, ended: { [self] in fetchEnded(key, failure: $0) })
    network?.begin(key, at: Self.now)
    shards[key]?.place = place
    shards[key]?.fetch = fetch
    for reader in Array((shards[key]?.readers ?? [:]).values) { tell(reader, of: key) }
    fetch.begin()
  }

  private func tell(_ reader: Reader, of key: Key) {
    guard let shard = shards[key], let place = shard.place else { return }
    if !reader.isPrefetch {
      reader.placed(
        ShardPlace(offset: UInt64(place), segmentBytes: UInt64(segment.size), segment: segment.name))
    }
    if shard.isFetched { reader.fetched() }
  }

  private func fetchEnded(_ key: Key, failure: String?) {
    network?.end(key, at: Self.now)
    shards[key]?.fetch = nil
    guard failure == nil else { return fail(key) }
    shards[key]?.isFetched = true
    for reader in Array((shards[key]?.readers ?? [:]).values) { reader.fetched() }
    if store.endFilling(key) { shards[key] = nil }
    placeWaiting()
  }

  private func readerCount(of key: Key) -> Int {
    shards[key]?.readers.values.count { !$0.isPrefetch } ?? 0
  }

  /// Tells readers by closing that nothing more will come, and forgets the shard, so that another request fetches anew.
  private func fail(_ key: Key) {
    let uses = readerCount(of: key)
    guard let shard = shards.removeValue(forKey: key) else { return }
    waitingForRoom.removeAll { $0 == key }
    if store.contains(key) {
      for _ in 0..<uses { store.endUse(key) }
      if !store.endFilling(key) { store.remove(key) }
    }
    for reader in Array(shard.readers.values) { reader.failed() }
    placeWaiting()
  }

  private func spend(_ bytes: Int, for key: Key) -> Int64 {
    network?.spend(bytes, of: key, at: Self.now) ?? 0
  }

  private static var now: Int64 { Int64(NIODeadline.now().uptimeNanoseconds) }

  /// The count of arrived bytes and the shard, rounded up so that the next count is aligned.
  private static func blockSize(_ bytes: Int) -> Int {
    (FrameReader.integerSize + bytes + 63) / 64 * 64
  }

  private static func request(_ key: Key) -> WeightsRequest {
    WeightsRequest(model: key.model, rank: key.rank, pipelineSize: key.pipelineSize, isRest: key.isRest)
  }
}
