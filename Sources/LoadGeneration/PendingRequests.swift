import Quantities
import ServingModel

/// Requests that are yet to be sent, in the order in which they are due.
struct PendingRequests {
  /// A request, its moment, and what was measured of it if it is tried again.
  struct Item {
    let request: Request
    let dueAt: Int64
    var earlier: RequestMeasurement?
  }

  private var items: [Item] = []
  private var head = 0

  var count: Int { items.count - head }

  var next: Item? { head < items.count ? items[head] : nil }

  /// When the last one is due, in nanoseconds from the start of the run.
  var lastDueAt: Int64? { items.last?.dueAt }

  /// Adds requests; of several due at one moment, the one added first goes first.
  mutating func add(_ more: [Item]) {
    guard !more.isEmpty else { return }
    items.removeFirst(head)
    head = 0
    if more.count == 1, let item = more.first {
      items.insert(item, at: place(after: item.dueAt))
      return
    }
    let all = (items + more).enumerated()
    items = all.sorted { ($0.element.dueAt, $0.offset) < ($1.element.dueAt, $1.offset) }.map(\.element)
  }

  mutating func takeNext() -> Item {
    defer { head += 1 }
    return items[head]
  }

  mutating func removeAll() -> [Item] {
    defer {
      items = []
      head = 0
    }
    return Array(items[head...])
  }

  private func place(after time: Int64) -> Int {
    var low = 0
    var high = items.count
    while low < high {
      let middle = (low + high) / 2
      if items[middle].dueAt <= time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
