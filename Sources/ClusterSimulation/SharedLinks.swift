import Quantities

/// The name of a flow over shared links, never given to another flow.
public struct FlowID: Hashable, Comparable, Sendable {
  /// The number of the flow, counted from 0 in the order of starting.
  public let number: Int
  let slot: Int

  /// Orders by start.
  public static func < (a: Self, b: Self) -> Bool {
    a.number < b.number
  }
}

/// Transfers over network links that share them fairly, as a fluid.
///
/// Every flow crosses some links, for example a storage server's interface and a GPU server's, and may have a rate cap
/// of its own. Rates are max-min fair: no flow can go faster without slowing one that is no faster than itself. They
/// hold from one change to the next and are computed anew only for the flows that share a link, directly or through
/// other flows, with the one that changed.
///
/// The owner keeps one event pending for `nextCompletion`, notes `version` with it, and schedules another whenever
/// `version` has moved on; an event with an old version is ignored. Every change names its moment; moments never go
/// back and never pass a completion that has not been taken with `complete`.
///
/// - Complexity: a change costs O(links × (links + flows)) of the connected part it touches, at worst, plus O(log n)
///   of all flows for each rate that changes.
/// - Source: progressive filling, Bertsekas and Gallager, "Data Networks", section 6.5.2.
public struct SharedLinks: Sendable {
  /// Flows whose rate the last change altered, by id; one just started is among them unless its rate is zero.
  public private(set) var changedFlows: [FlowID] = []
  /// A number that changes whenever `nextCompletion` does.
  public private(set) var version = 0

  var links: [Link]
  var flows: [Flow] = []
  var sharing = SharingScratch()
  private var freeSlots: [Int] = []
  private var started = 0
  private var lastChange = Timestamp.zero
  private var completions = CompletionOrder()

  /// Idle links.
  ///
  /// - Precondition: no capacity is negative or infinite; zero is a link that is down.
  public init(capacities: [Bandwidth]) {
    links = capacities.map { capacity in
      Self.check(capacity)
      return Link(capacity: capacity.bytesPerSecond)
    }
  }

  /// Starts a transfer, which gets its share at once.
  ///
  /// - Parameters:
  ///   - bytes: its size; a transfer of nothing is complete at once.
  ///   - route: the positions of the links that it crosses, at least one and none twice.
  ///   - cap: the rate that it never exceeds, however idle the links.
  public mutating func start(
    bytes: ByteCount, over route: [Int], cap: Bandwidth? = nil, at now: Timestamp
  ) -> FlowID {
    precondition(bytes >= .zero, "a flow carries no less than nothing")
    precondition(!route.isEmpty, "a flow crosses a link")
    if let cap { Self.check(cap) }
    let before = beginChange(at: now)
    let slot = freeSlots.popLast() ?? flows.count
    let id = FlowID(number: started, slot: slot)
    started += 1
    let flow = Flow(id: id, size: bytes, route: route, cap: cap?.bytesPerSecond ?? .infinity, start: now)
    if slot == flows.count { flows.append(flow) } else { flows[slot] = flow }
    for link in route {
      precondition(!links[link].flows.contains(slot), "a flow crosses a link once")
      links[link].flows.append(slot)
    }
    completions.move(id, to: flow.completesAt)
    share(around: route, at: now)
    endChange(before)
    return id
  }

  /// Abandons a transfer; the others share what it leaves.
  ///
  /// - Precondition: the flow is in progress.
  public mutating func cancel(_ flow: FlowID, at now: Timestamp) {
    precondition(contains(flow), "the flow is not in progress")
    let before = beginChange(at: now)
    remove(flow, at: now)
    endChange(before)
  }

  /// Removes a transfer that has delivered all its bytes; the others share what it leaves.
  ///
  /// - Precondition: the flow is in progress and its completion is due.
  public mutating func complete(_ flow: FlowID, at now: Timestamp) {
    precondition(contains(flow), "the flow is not in progress")
    precondition(flows[flow.slot].completesAt <= now.nanoseconds, "the flow has bytes left to deliver")
    let before = beginChange(at: now)
    remove(flow, at: now)
    endChange(before)
  }

  /// Changes what a link carries, for example when it fails or recovers.
  ///
  /// - Precondition: the capacity is neither negative nor infinite.
  public mutating func setCapacity(_ link: Int, _ capacity: Bandwidth, at now: Timestamp) {
    Self.check(capacity)
    let before = beginChange(at: now)
    links[link].capacity = capacity.bytesPerSecond
    share(around: [link], at: now)
    endChange(before)
  }

  /// Whether a transfer is in progress: neither completed nor cancelled.
  public func contains(_ flow: FlowID) -> Bool {
    flows.indices.contains(flow.slot) && flows[flow.slot].id == flow && flows[flow.slot].isActive
  }

  /// The bytes that a transfer has delivered, fractions included; exactly its size from its completion on.
  ///
  /// - Precondition: the flow is in progress, and its rate has not changed after `now`.
  public func delivered(_ flow: FlowID, at now: Timestamp) -> Double {
    precondition(contains(flow), "the flow is not in progress")
    return flows[flow.slot].delivered(at: now.nanoseconds)
  }

  /// The present rate of a transfer.
  ///
  /// - Precondition: the flow is in progress.
  public func rate(of flow: FlowID) -> Bandwidth {
    precondition(contains(flow), "the flow is not in progress")
    return Bandwidth(bytesPerSecond: flows[flow.slot].rate)
  }

  /// The transfer that completes first if nothing changes, the one started first among equals; `nil` when none is in
  /// progress or all stand still.
  ///
  /// The time is rounded up to a whole nanosecond, so that all bytes have arrived by then.
  public func nextCompletion() -> (time: Timestamp, flow: FlowID)? {
    completions.first.map { (Timestamp(nanoseconds: $0.time), $0.flow) }
  }

  private static func check(_ rate: Bandwidth) {
    precondition(rate.bytesPerSecond >= 0 && rate.bytesPerSecond.isFinite, "a rate is finite and not negative")
  }

  /// Checks the moment of a change and returns the completion that would have been next.
  private mutating func beginChange(at now: Timestamp) -> CompletionOrder.Entry? {
    precondition(now >= lastChange, "a change cannot lie before another")
    let next = completions.first
    if let next { precondition(next.time >= now.nanoseconds, "a completion that is due must be taken first") }
    lastChange = now
    changedFlows.removeAll(keepingCapacity: true)
    return next
  }

  private mutating func endChange(_ before: CompletionOrder.Entry?) {
    if completions.first != before { version += 1 }
  }

  private mutating func remove(_ id: FlowID, at now: Timestamp) {
    let route = flows[id.slot].route
    completions.move(id, to: Flow.never)
    for link in route { links[link].flows.removeAll { $0 == id.slot } }
    flows[id.slot].retire()
    freeSlots.append(id.slot)
    share(around: route, at: now)
  }

  /// Gives every flow connected to the links its fair rate from now on.
  private mutating func share(around changed: [Int], at now: Timestamp) {
    gatherFlows(connectedTo: changed)
    fillProgressively()
    for slot in sharing.flows where sharing.rates[slot] != flows[slot].rate {
      flows[slot].change(rate: sharing.rates[slot], at: now.nanoseconds)
      changedFlows.append(flows[slot].id)
      completions.move(flows[slot].id, to: flows[slot].completesAt)
    }
    assert(sharing.flows.allSatisfy { flows[$0].route.allSatisfy(isWithinCapacity) }, "no link carries too much")
  }

  /// Whether the rates over a link add up to no more than it carries, but for rounding.
  private func isWithinCapacity(_ link: Int) -> Bool {
    let sum = links[link].flows.reduce(0) { $0 + flows[$1].rate }
    return sum <= links[link].capacity * (1 + 1e-9)
  }
}
