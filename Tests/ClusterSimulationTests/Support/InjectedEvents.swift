import Quantities
import Scheduling

@testable import ClusterSimulation

/// A control plane that is also told of events which the simulated cluster does not make by itself, such as a client
/// that leaves or an instance that fails.
///
/// Each event has a timer that the wrapped control plane does not know, so it comes at its moment in virtual time.
struct InjectedEvents: ControlPlane {
  private var wrapped: any ControlPlane
  private let events: [(time: Timestamp, event: ControlPlaneEvent)]
  private let isServerlessLLM: Bool

  init(_ events: [(Timestamp, ControlPlaneEvent)], into cluster: SmallCluster) {
    self.events = events.map { ($0.0, $0.1) }
    wrapped = cluster.controlPlane
    isServerlessLLM = cluster.system.gpuIsolation == .exclusive
  }

  mutating func handle(_ event: ControlPlaneEvent, at now: Timestamp, into output: inout ControlPlaneOutput) {
    if event == .started {
      for (index, injected) in events.enumerated() {
        output.commands.append(.setTimer(timer(index), at: injected.time))
      }
    }
    wrapped.handle(injection(for: event) ?? event, at: now, into: &output)
  }

  private func timer(_ index: Int) -> ControlPlaneTimer {
    isServerlessLLM ? .modelLoop(index) : .router(index)
  }

  private func injection(for event: ControlPlaneEvent) -> ControlPlaneEvent? {
    switch event {
    case .timer(.modelLoop(let index)) where isServerlessLLM: events[index].event
    case .timer(.router(let index)) where !isServerlessLLM: events[index].event
    default: nil
    }
  }
}
