/// The shards in a shared-memory segment, by place and use.
///
/// Room is made by evicting the least recently used cached shard that nobody uses, one by one, until a free block is
/// large enough. A shard that is being filled is never evicted, unlike in the published store. A shard that is not cached
/// leaves when the last who used it does; one that nobody came for is kept until it is given up, which the published store
/// never does. The control plane's `HostMemoryStore` decides by sizes alone; here
/// places count as well, since a segment can be too fragmented.
struct SegmentStore<Key: Hashable & Sendable>: Sendable {
  private struct Entry {
    let key: Key
    let block: Range<Int>
    let isCached: Bool
    var isFilling = false
    var users = 0
    var wasUsed = false
    var lastUse: Int

    var isInUse: Bool { isFilling || users > 0 }
  }

  private var space: SegmentSpace
  private var entries: [Entry] = []
  private var uses = 0
  /// The last use of cached shards that had to give way, or never found room. One that comes back goes on with it, as in
  /// the published store.
  private var lastUseOfAbsent: [Key: Int] = [:]

  init(size: Int) {
    space = SegmentSpace(size: size)
  }

  /// Free blocks by address.
  var freeBlocks: [Range<Int>] { space.freeBlocks }

  /// The cached shards in the order in which they came.
  var cachedKeys: [Key] { entries.filter(\.isCached).map(\.key) }

  /// Whether a shard has a place.
  func contains(_ key: Key) -> Bool {
    entries.contains { $0.key == key }
  }

  /// Whether a shard was to be cached once and has no place now.
  func wasEvicted(_ key: Key) -> Bool {
    lastUseOfAbsent[key] != nil
  }

  /// Gives a shard a place.
  ///
  /// - Returns: its address, or `nil` when there is no room as long as others are used; and the shards that were evicted.
  /// - Precondition: it has none.
  mutating func insert(_ key: Key, size: Int, isCached: Bool) -> (address: Int?, evicted: [Key]) {
    precondition(!contains(key), "a shard has one place")
    var evicted: [Key] = []
    while true {
      if let address = space.allocate(size) {
        let lastUse = lastUseOfAbsent.removeValue(forKey: key) ?? uses
        entries.append(Entry(key: key, block: address..<address + size, isCached: isCached, lastUse: lastUse))
        return (address, evicted)
      }
      let candidates = entries.indices.filter { entries[$0].isCached && !entries[$0].isInUse }
      guard let oldest = candidates.min(by: { (entries[$0].lastUse, $0) < (entries[$1].lastUse, $1) }) else {
        if isCached { lastUseOfAbsent[key] = lastUseOfAbsent[key] ?? uses }
        return (nil, evicted)
      }
      evicted.append(entries[oldest].key)
      evict(at: oldest)
    }
  }

  /// Keeps a shard where it is until as many users have ended.
  ///
  /// - Precondition: it has a place.
  mutating func beginUse(_ key: Key) {
    let place = place(of: key)
    entries[place].users += 1
    entries[place].lastUse = uses
    uses += 1
  }

  /// Ends a use; a shard that is not cached leaves with its last user.
  ///
  /// - Returns: whether the shard has left.
  /// - Precondition: it is used.
  @discardableResult mutating func endUse(_ key: Key) -> Bool {
    let place = place(of: key)
    precondition(entries[place].users > 0, "a use ends as often as it begins")
    entries[place].users -= 1
    entries[place].wasUsed = true
    return leave(at: place)
  }

  /// Keeps a shard where it is while its bytes arrive.
  ///
  /// - Precondition: it has a place.
  mutating func beginFilling(_ key: Key) {
    entries[place(of: key)].isFilling = true
  }

  /// The bytes of a shard have arrived, or no more will.
  ///
  /// - Returns: whether the shard has left, because those who used it meanwhile have gone.
  @discardableResult mutating func endFilling(_ key: Key) -> Bool {
    let place = place(of: key)
    entries[place].isFilling = false
    return leave(at: place)
  }

  private mutating func leave(at place: Int) -> Bool {
    let entry = entries[place]
    guard !entry.isInUse, !entry.isCached, entry.wasUsed else { return false }
    space.free(entries.remove(at: place).block)
    return true
  }

  /// Takes out a shard whose filling failed; it does not count as evicted.
  ///
  /// - Precondition: it is not used.
  mutating func remove(_ key: Key) {
    let place = place(of: key)
    precondition(!entries[place].isInUse, "a shard in use stays")
    space.free(entries.remove(at: place).block)
  }

  /// Evicts every shard that nobody uses; those that are not cached only if `all` are meant.
  ///
  /// - Returns: the shards, and how many bytes they had.
  mutating func clear(all: Bool) -> (evicted: [Key], bytes: Int) {
    var evicted: [Key] = []
    var bytes = 0
    while let place = entries.firstIndex(where: { !$0.isInUse && ($0.isCached || all) }) {
      evicted.append(entries[place].key)
      bytes += entries[place].block.count
      evict(at: place)
    }
    return (evicted, bytes)
  }

  /// Gives up the shard that has waited longest for a worker that would use it: fetched ahead, and nobody came.
  ///
  /// - Returns: the shard, or `nil` when there is none.
  mutating func giveUpOldestUnused() -> Key? {
    guard let place = entries.firstIndex(where: { !$0.isInUse && !$0.isCached && !$0.wasUsed }) else { return nil }
    defer { evict(at: place) }
    return entries[place].key
  }

  private mutating func evict(at place: Int) {
    let entry = entries.remove(at: place)
    space.free(entry.block)
    if entry.isCached { lastUseOfAbsent[entry.key] = entry.lastUse }
  }

  private func place(of key: Key) -> Int {
    guard let place = entries.firstIndex(where: { $0.key == key }) else {
      preconditionFailure("the shard has no place")
    }
    return place
  }
}
