import Quantities
import Testing

@testable import ClusterSimulation

/// The event queue and the random streams together, against a closed form.
@Suite struct MMcTests {
  @Test func `Erlang C gives the textbook probabilities of waiting`() {
    #expect(abs(erlangC(servers: 1, offered: 0.7) - 0.7) < 1e-12)  // one server: the load itself
    #expect(abs(erlangC(servers: 2, offered: 1) - 1.0 / 3) < 1e-12)  // by hand: (1/2 · 2) / (1 + 1 + 1)
  }

  @Test(arguments: UInt64(0)..<6)
  func `the mean wait of a simulated M|M|4 queue agrees with Erlang C`(seed: UInt64) {
    let offered = 3.2  // mean service 1 s, load 0.8
    let waits = simulatedWaits(servers: 4, offered: offered, customers: 42_000, seed: seed).dropFirst(2000)
    let batches = stride(from: 0, to: 40_000, by: 2000).map { start in
      waits.dropFirst(start).prefix(2000).reduce(0, +) / 2000
    }
    let mean = batches.reduce(0, +) / Double(batches.count)
    let squares = batches.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let standardError = (squares / Double(batches.count * (batches.count - 1))).squareRoot()
    let expected = erlangC(servers: 4, offered: offered) / (4 - offered)
    #expect(abs(mean - expected) < 4 * standardError)
    #expect(standardError < 0.15 * expected)  // or the line above would say little
  }

  /// Probability that a customer waits; `offered` is the load in units of one server.
  private func erlangC(servers: Int, offered: Double) -> Double {
    var term = 1.0  // offered^n / n!
    var sum = 0.0
    for n in 0..<servers {
      sum += term
      term *= offered / Double(n + 1)
    }
    let waiting = term * Double(servers) / (Double(servers) - offered)
    return waiting / (sum + waiting)
  }

  /// The wait of every customer in seconds, in the order of arrival.
  private func simulatedWaits(servers: Int, offered: Double, customers: Int, seed: UInt64) -> [Double] {
    enum Event { case arrival, departure }
    var gaps = RandomStream(seed: seed, purpose: "arrivals")
    var services = RandomStream(seed: seed, purpose: "services")
    var queue = EventQueue<Event>()
    var arrivals: [Timestamp] = []
    var waits: [Double] = []
    var busy = 0
    queue.schedule(.arrival, at: .zero)
    while let (now, event) = queue.next() {
      switch event {
      case .arrival:
        arrivals.append(now)
        if arrivals.count < customers {
          queue.schedule(.arrival, at: now + .seconds(gaps.exponential(mean: 1 / offered)))
        }
      case .departure:
        busy -= 1
      }
      while busy < servers, waits.count < arrivals.count {
        busy += 1
        waits.append((now - arrivals[waits.count]).inSeconds)
        queue.schedule(.departure, at: now + .seconds(services.exponential(mean: 1)))
      }
    }
    return waits
  }
}
