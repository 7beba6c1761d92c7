/// The completion times of flows, least first, each of which can be moved when a rate changes.
///
/// A binary heap by time and then by flow, so that a tie has one outcome. It knows the place of every flow in the
/// heap, since the event queue's heap, which cannot move an entry, would fill with outdated ones.
struct CompletionOrder: Sendable {
  /// A flow and the moment of its completion in nanoseconds.
  struct Entry: Comparable, Sendable {
    let time: Int64
    let flow: FlowID

    static func < (a: Self, b: Self) -> Bool {
      (a.time, a.flow.number) < (b.time, b.flow.number)
    }
  }

  private var heap: [Entry] = []
  /// The place in the heap of the flow of each slot; negative for none.
  private var places: [Int] = []

  /// The flow that completes first.
  var first: Entry? {
    heap.first
  }

  /// Enters a flow or moves it to another time; takes it out when that is `SharedLinks.Flow.never`.
  mutating func move(_ flow: FlowID, to time: Int64) {
    while places.count <= flow.slot { places.append(-1) }
    let place = places[flow.slot]
    if time == SharedLinks.Flow.never {
      if place >= 0 { remove(at: place) }
      return
    }
    let entry = Entry(time: time, flow: flow)
    if place >= 0 {
      settle(entry, at: place)
    } else {
      heap.append(entry)
      settle(entry, at: heap.count - 1)
    }
  }

  private mutating func remove(at place: Int) {
    places[heap[place].flow.slot] = -1
    let last = heap.removeLast()
    if place < heap.count { settle(last, at: place) }
  }

  /// Puts an entry where it belongs, starting from a place that is free for it.
  private mutating func settle(_ entry: Entry, at place: Int) {
    var hole = place
    while hole > 0, entry < heap[(hole - 1) / 2] {
      put(heap[(hole - 1) / 2], at: hole)
      hole = (hole - 1) / 2
    }
    while let child = lesserChild(of: hole), heap[child] < entry {
      put(heap[child], at: hole)
      hole = child
    }
    put(entry, at: hole)
  }

  private func lesserChild(of place: Int) -> Int? {
    let left = 2 * place + 1
    guard left < heap.count else { return nil }
    let right = left + 1
    return right < heap.count && heap[right] < heap[left] ? right : left
  }

  private mutating func put(_ entry: Entry, at place: Int) {
    heap[place] = entry
    places[entry.flow.slot] = place
  }
}
