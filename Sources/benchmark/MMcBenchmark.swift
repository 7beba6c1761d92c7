import ClusterSimulation
import Quantities

/// The event queue under a queueing model with a closed form: M/M/c, two events per customer.
struct MMcBenchmark: BenchmarkSuite {
  let name = "mmc"
  let summary = "M/M/16 queue at load 0.9 on the event queue, seed 42, mean service 1 s"
  private let customers = 1_000_000
  private let servers = 16
  private let load = 0.9

  func measure() -> BenchmarkReport {
    let (totalWait, timing) = RepeatedTiming.of(repeats: 7) {
      var queue = MMcQueue(servers: servers, load: load, customers: customers, seed: 42)
      return queue.run()
    }
    var report = BenchmarkReport()
    report.add("customers", String(customers))
    report.add(events: 2 * customers, timing: timing)
    report.add("mean wait, simulated, s", (Double(totalWait) / 1e9 / Double(customers)).formatted(decimals: 4))
    report.add("mean wait, Erlang C, s", erlangCMeanWait.formatted(decimals: 4))
    return report
  }

  /// Mean wait in seconds by Erlang's C formula, from the blocking probability (Erlang B) by its recursion.
  private var erlangCMeanWait: Double {
    let offered = load * Double(servers)
    let blocked = (1...servers).reduce(1.0) { blocked, servers in
      offered * blocked / (Double(servers) + offered * blocked)
    }
    let delayed = blocked / (1 - load * (1 - blocked))
    return delayed / (Double(servers) - offered)
  }
}

/// Customers that arrive at random, wait in one line and are served by the first free server.
private struct MMcQueue {
  private enum Event: Sendable {
    case arrival, departure
  }

  private let meanGap: Double
  private let customers: Int
  private var arrived = 0
  private var freeServers: Int
  private var line = WaitingLine()
  private var totalWait: Int64 = 0
  private var events = EventQueue<Event>()
  private var gaps: RandomStream
  private var services: RandomStream

  init(servers: Int, load: Double, customers: Int, seed: UInt64) {
    meanGap = 1e9 / (load * Double(servers))
    self.customers = customers
    freeServers = servers
    gaps = RandomStream(seed: seed, purpose: "arrivals")
    services = RandomStream(seed: seed, purpose: "services")
  }

  /// Serves every customer; returns the sum of their waits in nanoseconds.
  mutating func run() -> Int64 {
    scheduleArrival(after: 0)
    while let (time, event) = events.next() {
      switch event {
      case .arrival: arrive(at: time.nanoseconds)
      case .departure: depart(at: time.nanoseconds)
      }
    }
    return totalWait
  }

  private mutating func arrive(at now: Int64) {
    arrived += 1
    if arrived < customers { scheduleArrival(after: now) }
    if freeServers > 0 {
      freeServers -= 1
      scheduleDeparture(after: now)
    } else {
      line.join(at: now)
    }
  }

  private mutating func depart(at now: Int64) {
    guard let joined = line.leave() else {
      freeServers += 1
      return
    }
    totalWait += now - joined
    scheduleDeparture(after: now)
  }

  private mutating func scheduleArrival(after now: Int64) {
    let gap = Int64(gaps.exponential(mean: meanGap).rounded())
    events.schedule(.arrival, at: Timestamp(nanoseconds: now + gap))
  }

  private mutating func scheduleDeparture(after now: Int64) {
    let service = Int64(services.exponential(mean: 1e9).rounded())
    events.schedule(.departure, at: Timestamp(nanoseconds: now + service))
  }
}

/// Arrival times of those who wait, first come first served, in a ring that grows.
private struct WaitingLine {
  private var ring = ContiguousArray<Int64>(repeating: 0, count: 64)
  private var first = 0
  private var count = 0

  mutating func join(at time: Int64) {
    if count == ring.count { grow() }
    ring[(first + count) & (ring.count - 1)] = time
    count += 1
  }

  mutating func leave() -> Int64? {
    guard count > 0 else { return nil }
    let time = ring[first]
    first = (first + 1) & (ring.count - 1)
    count -= 1
    return time
  }

  private mutating func grow() {
    let inOrder = ring[first...] + ring[..<first]
    ring = ContiguousArray(inOrder) + ContiguousArray(repeating: 0, count: inOrder.count)
    first = 0
  }
}
