import Quantities
import Scheduling
import ServingModel
import Testing

@testable import ClusterSimulation

/// Writes down what it is told, sets a timer for one second after the start, and answers every request with an error.
private struct NotingControlPlane: ControlPlane {
  var events: [ControlPlaneEvent] = []

  mutating func handle(_ event: ControlPlaneEvent, at now: Timestamp, into output: inout ControlPlaneOutput) {
    events.append(event)
    switch event {
    case .started: output.commands.append(.setTimer(.instanceLoop, at: .seconds(1)))
    case .requestArrived(let request, _): output.commands.append(.answerWithError(request, reason: "a test"))
    default: break
    }
  }
}

@Suite struct SendOrderTests {
  private func request(_ id: RequestID, at second: Double) -> ScheduledRequest {
    ScheduledRequest(
      request: Request(id: id, deployment: 0, promptTokens: 1, outputTokens: 1), sendAt: .seconds(second))
  }

  private func run(_ requests: [ScheduledRequest]) -> (log: RunLog, events: [ControlPlaneEvent]) {
    var cluster = SmallCluster(.hydraServe)
    cluster.addNode(gigabytesPerSecond: 1)
    var simulation = Simulation(
      cluster: cluster.simulated, controlPlane: NotingControlPlane(), source: OpenLoop(requests))
    let log = simulation.run(settle: .seconds(5), limit: .seconds(10))
    return (log, (simulation.controlPlane as? NotingControlPlane)?.events ?? [])
  }

  @Test func `of a send that was known from the beginning and a timer at the same moment, the send comes first`() {
    let (_, events) = run([request(1, at: 1)])
    #expect(events == [.started, .requestArrived(1, deployment: 0), .timer(.instanceLoop)])
  }

  @Test func `a send a nanosecond after a timer comes after it`() {
    let (_, events) = run([
      ScheduledRequest(request: request(1, at: 0).request, sendAt: Timestamp(nanoseconds: 1_000_000_001))
    ])
    #expect(events == [.started, .timer(.instanceLoop), .requestArrived(1, deployment: 0)])
  }

  @Test func `requests are sent in the order of time, and at the same moment in the order of their numbers`() {
    let (log, _) = run([request(1, at: 3), request(2, at: 1), request(3, at: 3), request(4, at: 2)])
    #expect(log.requests.map(\.request.id) == [2, 4, 1, 3])
    #expect(log.requests.map(\.sentAt.inSeconds) == [1, 2, 3, 3])
  }

  @Test func `requests that are due after the limit are never sent`() {
    let (log, _) = run([request(1, at: 1), request(2, at: 11)])
    #expect(log.requests.map(\.request.id) == [1])
  }
}
