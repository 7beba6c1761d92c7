import Quantities
import Testing

@testable import ClusterSimulation

/// Random histories of flows, with everything that must hold checked after every change.
@Suite struct SharedLinksPropertyTests {
  @Test(arguments: UInt64(0)..<150)
  func `rates stay max-min fair and every byte arrives, whatever happens`(seed: UInt64) {
    var history = FlowHistory(seed: seed)
    for _ in 0..<80 {
      history.changeSomething()
      history.checkRates()
    }
    history.repairLinks()
    history.checkRates()
    while history.completeNext() { history.checkRates() }
    #expect(history.flows.allSatisfy { $0.isOver })
  }

  @Test(arguments: UInt64(0)..<100)
  func `equal flows of any size complete in the order of starting`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var links = SharedLinks(capacities: [Bandwidth(bytesPerSecond: .random(in: 1e6...1e10, using: &random))])
    let size = ByteCount(bytes: .random(in: 1...20_000_000_000, using: &random))
    var now = Timestamp.zero
    for _ in 0..<20 {
      _ = links.start(bytes: size, over: [0], at: now)
      let gap = Duration.nanoseconds(Int64.random(in: 0...10_000, using: &random))
      if let next = links.nextCompletion(), next.time <= now + gap { break }
      now = now + gap
    }
    var numbers: [Int] = []
    while let (time, flow) = links.nextCompletion() {
      numbers.append(flow.number)
      links.complete(flow, at: time)
    }
    #expect(numbers == Array(0..<numbers.count))
    #expect(!numbers.isEmpty)
  }
}

/// A random history and, beside it, what the flows' rates alone say has been delivered.
private struct FlowHistory {
  struct Flow {
    let id: FlowID
    let size: Double
    let route: [Int]
    let cap: Double
    var carried = 0.0
    var rate = 0.0
    var isOver = false
  }

  private(set) var flows: [Flow] = []
  private var capacities: [Double]
  private var links: SharedLinks
  private var now = Timestamp.zero
  private var random: SplitMix64

  init(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    capacities = (0..<Int.random(in: 1...7, using: &random)).map { _ in
      Double(Int.random(in: 1...8, using: &random)) * 5e8  // few values, so that ties are common
    }
    links = SharedLinks(capacities: capacities.map { Bandwidth(bytesPerSecond: $0) })
    self.random = random
  }

  mutating func changeSomething() {
    let before = links.nextCompletion()
    let version = links.version
    switch Int.random(in: 0..<10, using: &random) {
    case 0..<6: startFlow()
    case 6: cancelFlow()
    case 7: changeCapacity()
    default: if !completeNext() { startFlow() }
    }
    let after = links.nextCompletion()
    let moved = before?.time != after?.time || before?.flow != after?.flow
    #expect(moved == (links.version != version))
  }

  mutating func repairLinks() {
    for link in capacities.indices {
      capacities[link] = 1e9
      links.setCapacity(link, Bandwidth(bytesPerSecond: 1e9), at: now)
      noteRates()
    }
  }

  /// Takes the next completion and checks that exactly its bytes have arrived; false when there is none.
  mutating func completeNext() -> Bool {
    guard let (time, id) = links.nextCompletion() else { return false }
    #expect(time >= now)
    advance(to: time)
    let flow = flows[id.number]
    #expect(links.delivered(id, at: now) == flow.size)
    // By the rates alone: the size, or up to the nanosecond that rounding up adds.
    #expect(flow.carried >= flow.size * (1 - 1e-9) - 1e-3)
    #expect(flow.carried <= flow.size * (1 + 1e-9) + flow.rate * 1e-9 + 1e-3 + 8)
    links.complete(id, at: now)
    flows[id.number].isOver = true
    noteRates()
    return true
  }

  private mutating func startFlow() {
    advanceAtRandom()
    let route = Array(capacities.indices.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random)))
    let isCapped = Int.random(in: 0..<3, using: &random) == 0
    let cap = isCapped ? Double(Int.random(in: 1...8, using: &random)) * 2.5e8 : .infinity
    let isTiny = Int.random(in: 0..<10, using: &random) == 0
    let size = ByteCount(
      bytes: isTiny ? .random(in: 0...9, using: &random) : .random(in: 1...30, using: &random) * 100_000_007)
    let id = links.start(
      bytes: size, over: route, cap: isCapped ? Bandwidth(bytesPerSecond: cap) : nil, at: now)
    #expect(id.number == flows.count)
    flows.append(Flow(id: id, size: Double(size.bytes), route: route, cap: cap))
    noteRates()
  }

  private mutating func cancelFlow() {
    guard let victim = flows.filter({ !$0.isOver }).randomElement(using: &random) else { return }
    advanceAtRandom()
    links.cancel(victim.id, at: now)
    flows[victim.id.number].isOver = true
    noteRates()
  }

  private mutating func changeCapacity() {
    advanceAtRandom()
    let link = Int.random(in: capacities.indices, using: &random)
    capacities[link] = Double(Int.random(in: 0...8, using: &random)) * 5e8  // sometimes the link fails
    links.setCapacity(link, Bandwidth(bytesPerSecond: capacities[link]), at: now)
    noteRates()
  }

  /// Lets up to a second pass, no further than the next completion.
  private mutating func advanceAtRandom() {
    let target = now + .nanoseconds(Int64.random(in: 0...1_000_000_000, using: &random))
    advance(to: min(target, links.nextCompletion()?.time ?? target))
  }

  private mutating func advance(to time: Timestamp) {
    for number in flows.indices where !flows[number].isOver {
      flows[number].carried += flows[number].rate * (time - now).inSeconds
      let delivered = links.delivered(flows[number].id, at: time)
      #expect(abs(delivered - flows[number].carried) <= 1e-9 * flows[number].size + 8)
      #expect(delivered <= flows[number].size)
    }
    now = time
  }

  /// Reads the rates after a change and checks that exactly the changed ones were named.
  private mutating func noteRates() {
    var changed: [FlowID] = []
    for number in flows.indices where !flows[number].isOver {
      let rate = links.rate(of: flows[number].id).bytesPerSecond
      if rate != flows[number].rate { changed.append(flows[number].id) }
      flows[number].rate = rate
    }
    #expect(links.changedFlows == changed)
  }

  /// Max-min fairness by its characterisation: no link carries more than it can, and each flow is held by its cap or
  /// by a full link on which no flow is faster, so that to raise it would slow one that is no faster.
  func checkRates() {
    let active = flows.filter { !$0.isOver }
    let loads = capacities.indices.map { link in
      active.filter { $0.route.contains(link) }.reduce(0) { $0 + $1.rate }
    }
    for (load, capacity) in zip(loads, capacities) { #expect(load <= capacity * (1 + 1e-9)) }
    for flow in active {
      #expect(flow.rate >= 0 && flow.rate <= flow.cap)
      let isHeld = flow.route.contains { link in
        loads[link] >= capacities[link] * (1 - 1e-9)
          && active.allSatisfy { !$0.route.contains(link) || $0.rate <= flow.rate * (1 + 1e-9) }
      }
      #expect(flow.rate == flow.cap || isHeld)
    }
  }
}
