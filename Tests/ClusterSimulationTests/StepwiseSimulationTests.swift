import Quantities
import Scheduling
import ServingModel
import Testing

@testable import ClusterSimulation

@Suite struct StepwiseSimulationTests {
  private func expectSame(_ log: RunLog, as whole: RunLog) {
    #expect(log.requests == whole.requests)
    #expect(log.events == whole.events)
    #expect(log.tokenGaps == whole.tokenGaps)
    #expect(log.handledEvents == whole.handledEvents)
    #expect(log.deliveredTokens == whole.deliveredTokens)
    #expect(log.failure == whole.failure)
    #expect(log.end == whole.end)
  }

  @Test(arguments: UInt64(0)..<80)
  func `requests that come one by one leave the log of requests that were known before`(seed: UInt64) {
    let scenario = RandomScenario(seed: seed)
    let whole = scenario.run().log
    var random = RandomStream(seed: seed, purpose: "steps")
    var simulation = Simulation(
      cluster: scenario.cluster.simulated, controlPlane: scenario.cluster.controlPlane, source: OpenLoop([]))
    simulation.begin()
    var now = Timestamp.zero
    for request in scenario.requests {
      // On the way there, some of the next events are waited for, as whoever sleeps between them does.
      for _ in 0..<Int.random(in: 0...5, using: &random) {
        guard let next = simulation.nextEventTime, next < request.sendAt else { break }
        #expect(next >= now)
        simulation.advance(through: next)
        now = next
      }
      simulation.send(request.request, at: request.sendAt)
      now = request.sendAt
    }
    while let next = simulation.nextEventTime, next <= whole.end { simulation.advance(through: next) }
    expectSame(simulation.finish(at: whole.end), as: whole)
  }

  @Test func `a client that is made to leave leaves like one that loses its patience then`() {
    // The instance is ready at 17 s, and the load balancer hands out a request a second from 17.25 s on. The first client
    // leaves during the cold start, the second while its answer is decoded, the third after its answer.
    let patience = [3, 17.3, 19]
    let tokens = [100, 100, 1, 100]
    var cluster = SmallCluster(.serverlessLLM)
    cluster.addNode(gigabytesPerSecond: 1)
    cluster.addModel(.gigabytes(8))
    let whole = cluster.run(
      zip(tokens, patience + [nil]).map { .at(0.25, outputTokens: $0, patience: $1) })
    #expect(whole.requests.map(\.outcome) == [.cancelled, .cancelled, .completed, .completed])
    var simulation = Simulation(
      cluster: cluster.simulated, controlPlane: cluster.controlPlane, source: OpenLoop([]))
    simulation.begin()
    for (index, count) in tokens.enumerated() {
      simulation.send(Request(id: index + 1, deployment: 0, promptTokens: 10, outputTokens: count), at: .seconds(0.25))
    }
    for (index, seconds) in patience.enumerated() { simulation.cancel(index + 1, at: .seconds(0.25 + seconds)) }
    simulation.advance(through: whole.end)
    expectSame(simulation.finish(at: whole.end), as: whole)
  }

  @Test func `the next event is the next send or what is under way, and nothing when all is done`() {
    var cluster = SmallCluster(.serverlessLLM)
    cluster.addNode(gigabytesPerSecond: 1)
    cluster.addModel(.gigabytes(8))
    let request = Request(id: 1, deployment: 0, promptTokens: 10, outputTokens: 5)
    var simulation = Simulation(
      cluster: cluster.simulated, controlPlane: cluster.controlPlane,
      source: OpenLoop([ScheduledRequest(request: request, sendAt: .seconds(0.25))]))
    #expect(simulation.nextEventTime == nil)
    simulation.begin()
    #expect(simulation.nextEventTime == .seconds(0.25))
    #expect(simulation.record(of: 1) == nil)
    simulation.advance(through: .seconds(0.25))
    #expect(simulation.nextEventTime == .seconds(1), "the first round of the autoscaler")
    #expect(simulation.record(of: 1)?.outcome == .unfinished)
    simulation.advance(through: .seconds(1000))
    #expect(simulation.nextEventTime == nil)
    #expect(simulation.record(of: 1)?.outcome == .completed)
    #expect(simulation.record(of: 2) == nil)
  }
}
