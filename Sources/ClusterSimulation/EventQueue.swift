import Quantities

/// The pending events of a simulated run, handed out in the order of time.
///
/// Events of the same moment come in the order in which they were scheduled, so a run depends on nothing but its
/// inputs. The queue is also the clock: `now` is the time of the event handed out last.
///
/// A 4-ary heap orders 128-bit keys, time (64 bits), sequence of scheduling (40 bits) and slot (24 bits), so that one
/// integer comparison decides and an event's payload stays in its slot while keys move. The part of the key array
/// behind the heap lists the free slots. The root of an event just handed out is filled only when the next is scheduled
/// or taken: most events schedule one more, which then takes that place in one move instead of two.
///
/// - Complexity: `schedule` and `next` are O(log n) in the number of pending events; neither allocates once the queue
///   has held as many events.
public struct EventQueue<Payload: Sendable>: Sendable {
  /// The heap in `0..<pending`, then one key per free slot, of which only the slot bits count.
  @usableFromInline var keys: ContiguousArray<UInt128> = []
  @usableFromInline var payloads: ContiguousArray<Payload?> = []
  /// Places of the heap in use, the free root among them.
  @usableFromInline var pending = 0
  /// Whether the root is the place of the event handed out last.
  @usableFromInline var rootIsFree = false
  @usableFromInline var clock: Int64 = 0
  @usableFromInline var sequence: UInt64

  /// An empty queue at the beginning of a run.
  public init() {
    self.init(firstSequence: 0)
  }

  /// An empty queue that has already counted events, so that a test can see the count run out.
  init(firstSequence: UInt64) {
    sequence = firstSequence
  }

  /// The time of the event handed out last; the beginning of the run before the first.
  @inlinable
  public var now: Timestamp {
    Timestamp(nanoseconds: clock)
  }

  /// The number of pending events.
  @inlinable
  public var count: Int {
    rootIsFree ? pending &- 1 : pending
  }

  /// Whether no event is pending.
  @inlinable
  public var isEmpty: Bool {
    count == 0
  }

  /// The time of the next event; `nil` when none is pending.
  @inlinable
  public var peekTime: Timestamp? {
    if rootIsFree {
      guard pending > 1 else { return nil }
      let least = keys.withUnsafeBufferPointer { EventKey.leastChildOfRoot(in: $0, count: pending) }
      return Timestamp(nanoseconds: EventKey.time(of: least))
    }
    return pending == 0 ? nil : Timestamp(nanoseconds: EventKey.time(of: keys[0]))
  }

  /// Adds an event behind those already scheduled for the same moment.
  ///
  /// - Precondition: the moment is not before `now`, and fewer than 2²⁴ events are pending.
  @inlinable
  public mutating func schedule(_ payload: Payload, at time: Timestamp) {
    precondition(time.nanoseconds >= clock, "an event cannot be scheduled in the past")
    if sequence == EventKey.sequenceEnd { renumber() }
    if !rootIsFree, pending == payloads.count { addSlot() }
    let slot = EventKey.slot(of: keys[rootIsFree ? 0 : pending])
    payloads[slot] = payload
    let key = EventKey.make(time: time.nanoseconds, sequence: sequence, slot: slot)
    sequence &+= 1
    if rootIsFree {
      rootIsFree = false
      let count = pending
      keys.withUnsafeMutableBufferPointer { EventKey.siftDown(key, in: $0, count: count) }
    } else {
      let last = pending
      pending &+= 1
      keys.withUnsafeMutableBufferPointer { EventKey.siftUp(key, in: $0, from: last) }
    }
  }

  /// Takes the next event and moves the clock to it; `nil` when none is pending.
  @inlinable
  public mutating func next() -> (time: Timestamp, payload: Payload)? {
    fillRoot()
    guard pending > 0 else { return nil }
    let first = keys[0]
    rootIsFree = true
    let slot = EventKey.slot(of: first)
    guard let payload = payloads[slot] else { preconditionFailure("a pending event has a payload") }
    payloads[slot] = nil
    clock = EventKey.time(of: first)
    return (Timestamp(nanoseconds: clock), payload)
  }

  /// Moves the last pending event to the root if that is free; its slot becomes a free one behind the heap.
  @inlinable
  mutating func fillRoot() {
    guard rootIsFree else { return }
    rootIsFree = false
    pending &-= 1
    let last = pending
    keys.withUnsafeMutableBufferPointer { EventKey.removeFirst(of: $0, last: last) }
  }

  @usableFromInline
  mutating func addSlot() {
    precondition(payloads.count < EventKey.slotEnd, "no more than 2²⁴ events can be pending")
    keys.append(EventKey.make(time: 0, sequence: 0, slot: payloads.count))
    payloads.append(nil)
  }

  /// Counts the pending events anew from 0 in their present order, once in 2⁴⁰ events.
  @usableFromInline
  mutating func renumber() {
    fillRoot()
    keys[..<pending].sort()
    for index in 0..<pending {
      let key = keys[index]
      keys[index] = EventKey.make(
        time: EventKey.time(of: key), sequence: UInt64(index), slot: EventKey.slot(of: key))
    }
    sequence = UInt64(pending)
  }
}

/// The layout of a key and the heap of keys, apart from the payloads so that one compiled copy serves all.
@usableFromInline
enum EventKey {
  @usableFromInline static let slotEnd = 1 << 24
  @usableFromInline static let sequenceEnd: UInt64 = 1 << 40

  @inlinable
  static func make(time: Int64, sequence: UInt64, slot: Int) -> UInt128 {
    let low = (sequence &<< 24) | UInt64(truncatingIfNeeded: slot)
    return UInt128(UInt64(bitPattern: time)) &<< 64 | UInt128(low)
  }

  @inlinable
  static func time(of key: UInt128) -> Int64 {
    Int64(truncatingIfNeeded: key &>> 64)
  }

  @inlinable
  static func slot(of key: UInt128) -> Int {
    Int(truncatingIfNeeded: key) & 0xFF_FFFF
  }

  /// Puts a key where it belongs on the way from a free place to the root.
  @inlinable
  static func siftUp(_ key: UInt128, in keys: UnsafeMutableBufferPointer<UInt128>, from place: Int) {
    var hole = place
    while hole > 0 {
      let parent = (hole &- 1) &>> 2
      let above = keys[parent]
      if above <= key { break }
      keys[hole] = above
      hole = parent
    }
    keys[hole] = key
  }

  /// Takes the root of a heap whose last place is `last`, and leaves its slot there as a free one.
  @inlinable
  static func removeFirst(of keys: UnsafeMutableBufferPointer<UInt128>, last: Int) {
    let moved = keys[last]
    keys[last] = keys[0]
    if last > 0 { siftDown(moved, in: keys, count: last) }
  }

  /// The least key below the root of a heap of at least two.
  @inlinable
  static func leastChildOfRoot(in keys: UnsafeBufferPointer<UInt128>, count: Int) -> UInt128 {
    var best = keys[1]
    for place in 2..<max(2, min(5, count)) where keys[place] < best { best = keys[place] }
    return best
  }

  /// Puts a key where it belongs on the way from the root down.
  @inlinable
  static func siftDown(_ key: UInt128, in keys: UnsafeMutableBufferPointer<UInt128>, count: Int) {
    var hole = 0
    while true {
      let child = hole &* 4 &+ 1
      guard child < count else { break }
      let best = child &+ 3 < count ? leastOfFour(child, in: keys) : least(child..<count, in: keys)
      let below = keys[best]
      if key <= below { break }
      keys[hole] = below
      hole = best
    }
    keys[hole] = key
  }

  /// The place of the least of four neighbours, found as in a knockout so that no branch depends on the data.
  @inlinable
  static func leastOfFour(_ place: Int, in keys: UnsafeMutableBufferPointer<UInt128>) -> Int {
    let left = keys[place &+ 1] < keys[place] ? place &+ 1 : place
    let right = keys[place &+ 3] < keys[place &+ 2] ? place &+ 3 : place &+ 2
    return keys[right] < keys[left] ? right : left
  }

  @inlinable
  static func least(_ places: Range<Int>, in keys: UnsafeMutableBufferPointer<UInt128>) -> Int {
    var best = places.lowerBound
    for place in places.dropFirst() where keys[place] < keys[best] { best = place }
    return best
  }
}
