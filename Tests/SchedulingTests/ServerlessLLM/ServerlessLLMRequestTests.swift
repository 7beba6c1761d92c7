import Quantities
import ServingModel
import Testing

@testable import Scheduling

/// How ServerlessLLM hands out requests, and what becomes of them when starts fail or clients leave. The router looks a
/// second after an arrival or after the request before, and pauses two seconds after an instance that had no room.
@Suite struct ServerlessLLMRequestTests {
  typealias Forward = ServerlessLLMDriver.Forward
  typealias Start = ServerlessLLMDriver.Start

  /// Instances that are ready at 4.2 s for requests that came at 0.5 s.
  private func ready(requests: Int) -> ServerlessLLMDriver {
    var driver = ServerlessLLMDriver()
    driver.arrive(1...requests, at: 0.5)
    driver.advance(to: 4)
    for start in driver.starts { driver.send(.workerInitialised(start.instance, rank: 0), at: 4.2) }
    return driver
  }

  @Test func `the router looks once a second until an instance is ready`() {
    var driver = ready(requests: 1)
    driver.advance(to: 10)
    #expect(driver.forwarded == [Forward(second: 4.5, request: 1, instance: 0)])
    #expect(driver.timerTimes(.router(0)) == [1.5, 2.5, 3.5, 4.5])
  }

  @Test func `a warm instance gets a request after the router's pause`() {
    var driver = ready(requests: 1)
    driver.arrive(2...2, at: 8.25)
    driver.advance(to: 12)
    #expect(driver.forwarded.last == Forward(second: 9.25, request: 2, instance: 0))
  }

  @Test func `requests are handed out one a second, to the instances in turn`() {
    var driver = ready(requests: 17)
    driver.advance(to: 9.5)
    #expect(
      driver.forwarded
        == (0..<6).map { Forward(second: 4.5 + Double($0), request: $0 + 1, instance: $0 % 3) })
  }

  @Test func `an instance takes eight requests and then the router backs off`() {
    var driver = ready(requests: 8)
    driver.arrive(9...9, at: 4.3)
    driver.advance(to: 5.4)  // the second instance is asked for at round 5 and never becomes ready
    #expect(driver.starts.count == 2)
    driver.advance(to: 12)
    #expect(driver.forwarded.map(\.second) == (0..<8).map { 4.5 + Double($0) })
    // At 12.5 s there is no room; the router looks again at 14.5, 16.5 …
    driver.advance(to: 15)
    #expect(driver.timerTimes(.router(0)).suffix(3) == [12.5, 14.5, 16.5])
    driver.send(.requestFinished(3, tokens: 10), at: 15.2)
    driver.advance(to: 16.5)
    #expect(driver.forwarded.last == Forward(second: 16.5, request: 9, instance: 0))
  }

  @Test func `an instance is never given more than eight requests, and all are handed out`() {
    var driver = ready(requests: 30)
    var running: [InstanceID: Int] = [:]
    var seen = 0
    var second = 4.5
    while seen < 30, second < 300 {
      driver.advance(to: second)
      for forward in driver.forwarded.dropFirst(seen) {
        running[forward.instance, default: 0] += 1
        #expect((running[forward.instance] ?? 0) <= 8)
        if forward.request.isMultiple(of: 3) {
          driver.send(.requestFinished(forward.request, tokens: 10), at: second + 0.1)
          running[forward.instance, default: 0] -= 1
        }
      }
      seen = driver.forwarded.count
      second += 0.5
    }
    #expect(driver.forwarded.map(\.request) == Array(1...30))
  }

  // MARK: Starts that fail

  @Test func `a start that fails is tried again at the next round`() {
    var driver = ServerlessLLMDriver()
    driver.arrive(1...1, at: 0.5)
    driver.send(.instanceFailed(0, reason: "The image cannot be pulled."), at: 1.6)
    #expect(driver.deletions == [ServerlessLLMDriver.Deletion(second: 1.6, instance: 0)])
    driver.advance(to: 2)
    #expect(driver.starts == [Start(second: 1, instance: 0), Start(second: 2, instance: 1, source: .hostMemory)])
    #expect(driver.errors.isEmpty)
  }

  @Test func `after three failed starts in a row the waiting requests are answered with an error`() {
    var driver = ServerlessLLMDriver()
    driver.arrive(1...2, at: 0.5)
    for failure in 0..<3 {
      #expect(driver.errors.isEmpty)
      driver.send(.instanceFailed(failure, reason: "The image cannot be pulled."), at: Double(failure) + 1.6)
    }
    #expect(driver.errors == [1, 2])
    #expect(driver.commands.contains { $0.command == .answerWithError(1, reason: "The image cannot be pulled.") })
    driver.advance(to: 60)
    #expect(driver.starts.count == 3)  // nobody waits, so nothing starts
    #expect(driver.plane.requests.isEmpty)
  }

  @Test func `a request that comes after the error gets three attempts of its own`() {
    var driver = ServerlessLLMDriver()
    driver.arrive(1...1, at: 0.5)
    for failure in 0..<3 { driver.send(.instanceFailed(failure, reason: "No."), at: Double(failure) + 1.6) }
    for failure in 0..<3 { driver.send(.podsGone(failure, workers: [failure]), at: 4) }
    driver.arrive(2...2, at: 10.5)
    for failure in 3..<5 { driver.send(.instanceFailed(failure, reason: "No."), at: Double(failure) + 8.6) }
    #expect(driver.errors == [1])
    driver.send(.instanceFailed(5, reason: "No."), at: 13.6)
    #expect(driver.errors == [1, 2])
  }

  @Test func `a start that succeeds ends the row of failures`() {
    var driver = ServerlessLLMDriver()
    driver.arrive(1...9, at: 0.5)
    for failure in 0..<2 { driver.send(.instanceFailed(failure, reason: "No."), at: Double(failure) + 1.6) }
    driver.send(.workerInitialised(2, rank: 0), at: 3.6)
    driver.send(.instanceFailed(3, reason: "No."), at: 4.6)
    #expect(driver.errors.isEmpty)
  }

  @Test func `an instance that dies while it serves is replaced and its end is no failed start`() {
    var driver = ready(requests: 1)
    driver.advance(to: 5)
    for _ in 0..<3 { driver.send(.instanceFailed(0, reason: "The process was killed."), at: 5.2) }
    #expect(driver.deletions.count == 1)  // a death is reported once, or heard once
    driver.send(.requestFailed(1, reason: "The process was killed."), at: 5.2)
    #expect(driver.errors == [1])
    driver.arrive(2...2, at: 5.4)
    driver.advance(to: 6)
    #expect(driver.starts.last == Start(second: 6, instance: 1, source: .hostMemory))
    for failure in 1...2 { driver.send(.instanceFailed(failure, reason: "No."), at: Double(failure) + 5.2) }
    #expect(driver.errors == [1])  // two failed starts; the death is not the third
    driver.send(.instanceFailed(3, reason: "No."), at: 8.2)
    #expect(driver.errors == [1, 2])
  }

  @Test func `an instance that was given up is not initialised`() {
    var driver = ServerlessLLMDriver()
    driver.arrive(1...1, at: 0.5)
    driver.send(.instanceFailed(0, reason: "The pod was evicted."), at: 1.6)
    driver.send(.podsHaveAddresses(0), at: 1.7)
    driver.send(.workerInitialised(0, rank: 0), at: 1.8)
    #expect(!driver.commands.contains { $0.command == .initialise(0) })
    driver.advance(to: 3.9)
    #expect(driver.forwarded.isEmpty)
  }

  // MARK: Clients that leave

  @Test func `a client that leaves while it waits is forgotten`() {
    var driver = ServerlessLLMDriver()
    driver.arrive(1...2, at: 0.5)
    driver.send(.clientLeft(1), at: 0.8)
    driver.advance(to: 4)
    driver.send(.workerInitialised(0, rank: 0), at: 4.2)
    driver.advance(to: 10)
    #expect(driver.forwarded == [Forward(second: 4.5, request: 2, instance: 0)])
    #expect(driver.errors.isEmpty)
  }

  @Test func `a client that leaves before the first round starts nothing`() {
    var driver = ServerlessLLMDriver()
    driver.arrive(1...1, at: 0.5)
    driver.send(.clientLeft(1), at: 0.8)
    driver.advance(to: 60)
    #expect(driver.starts.isEmpty)
    #expect(driver.timerTimes(.autoscaler) == [1])
    #expect(driver.timerTimes(.router(0)) == [1.5])
  }

  @Test func `a client that leaves while its request runs frees the place`() {
    var driver = ready(requests: 8)
    driver.advance(to: 12)
    driver.send(.clientLeft(5), at: 12.1)
    #expect(driver.commands.last?.command == .abandon(5, on: 0))
    driver.arrive(9...9, at: 12.2)
    driver.advance(to: 13.2)
    #expect(driver.forwarded.last == Forward(second: 13.2, request: 9, instance: 0))
  }

  @Test func `what is heard of a request after its client has left changes nothing`() {
    var driver = ready(requests: 1)
    driver.advance(to: 5)
    driver.send(.clientLeft(1), at: 5.2)
    let heard = driver.commands.count
    driver.send(.clientLeft(1), at: 5.3)
    driver.send(.firstToken(1), at: 5.3)
    driver.send(.requestFailed(1, reason: "The connection was closed."), at: 5.4)
    driver.send(.requestFinished(1, tokens: 10), at: 5.4)
    #expect(driver.commands.count == heard)
    #expect(driver.plane.models[0].outstanding == 0)
    #expect(driver.plane.instances[0].running == 0)
  }

  // MARK: Determinism

  @Test(arguments: UInt64(0)..<100)
  func `the same events give the same commands and decisions, and nothing is handed out twice`(seed: UInt64) {
    let first = Self.randomHistory(seed: seed)
    let second = Self.randomHistory(seed: seed)
    #expect(first.commands.map(\.command) == second.commands.map(\.command))
    #expect(first.commands.map(\.time) == second.commands.map(\.time))
    #expect(first.decisions.map(\.decision) == second.decisions.map(\.decision))
    let handedOut = first.forwarded.map(\.request).sorted()
    #expect(zip(handedOut, handedOut.dropFirst()).allSatisfy { $0 < $1 })
    #expect(first.plane.gpus.freeGB.allSatisfy { $0.allSatisfy { $0 == 0 || $0 == 24 } })
    #expect(first.plane.requests.isEmpty)
  }

  /// Arrivals, answers, failures and departures in random order; every instance that was asked for starts or fails.
  private static func randomHistory(seed: UInt64) -> ServerlessLLMDriver {
    var random = SplitMix64(seed: seed)
    var driver = ServerlessLLMDriver(nodeGPUs: [2, 1], models: [10, 9, 8], poolGB: 20, gbps: [16, 16])
    var second = 0.0
    var (begun, ended, gone) = (0, 0, 0)
    for request in 1...60 {
      second += Double(Int.random(in: 1...40, using: &random)) / 10
      driver.arrive(request...request, model: Int.random(in: 0..<3, using: &random), at: second)
      if Int.random(in: 0..<6, using: &random) == 0 {
        driver.send(.clientLeft(Int.random(in: 1...request, using: &random)), at: second)
      }
      settle(&driver, at: second, &begun, &ended, &gone, &random)
    }
    while !driver.plane.requests.isEmpty, second < 10_000 {
      second += 1
      driver.advance(to: second)
      settle(&driver, at: second, &begun, &ended, &gone, &random)
    }
    return driver
  }

  /// Makes ready or fails what was begun, answers what was handed out, and takes away what was deleted.
  private static func settle(
    _ driver: inout ServerlessLLMDriver, at second: Double, _ begun: inout Int, _ ended: inout Int,
    _ gone: inout Int, _ random: inout SplitMix64
  ) {
    for start in driver.starts.dropFirst(begun) {
      begun += 1
      let fails = Int.random(in: 0..<5, using: &random) == 0
      driver.send(
        fails ? .instanceFailed(start.instance, reason: "No.") : .workerInitialised(start.instance, rank: 0), at: second
      )
    }
    for forward in driver.forwarded.dropFirst(ended) {
      ended += 1
      driver.send(.requestFinished(forward.request, tokens: 10), at: second)
    }
    for deletion in driver.deletions.dropFirst(gone) {
      gone += 1
      driver.send(.podsGone(deletion.instance, workers: []), at: second)
    }
  }
}
