import NIOCore
import Scheduling
import ServingModel

@testable import ClusterControl

/// A cluster without machines: instances start at once, and requests meet what a script says, one entry each.
final class ScriptedCluster: LiveCluster {
  /// What becomes of a request.
  enum Fate: Sendable {
    /// It gets so many tokens and ends.
    case answered(tokens: Int)
    /// Its instance dies after so many tokens.
    case instanceDies(after: Int)
    /// The engine answers with an error after so many tokens.
    case fails(after: Int, String)
    /// Nothing comes, as while a model is starting.
    case held
  }

  private let eventLoop: any EventLoop
  private let report: (ClusterReport) -> Void
  private var fates: [Fate]
  private var workers: [InstanceID: [WorkerSpecification]] = [:]
  private(set) var abandoned: [RequestID] = []
  private(set) var forwardedTo: [InstanceID] = []
  private(set) var messages: [String] = []

  init(_ fates: [Fate], eventLoop: any EventLoop, report: @escaping (ClusterReport) -> Void) {
    self.fates = fates
    self.eventLoop = eventLoop
    self.report = report
  }

  private func tell(_ item: ClusterReport) {
    eventLoop.assumeIsolated().execute { [self] in report(item) }
  }

  func note(_ decision: Decision) {}

  func carryOut(_ command: Command) {
    switch command {
    case .createPods(let instance, _, let created):
      workers[instance] = created
      tell(.event(.podsHaveAddresses(instance)))
    case .initialise(let instance):
      for worker in workers[instance] ?? [] { tell(.event(.workerInitialised(instance, rank: worker.rank))) }
    case .deletePods(let instance, let workers): tell(.event(.podsGone(instance, workers: workers)))
    case .abandon(let request, _): abandoned.append(request)
    default: break
    }
  }

  func forward(_ request: LiveRequest, to instance: InstanceID) {
    forwardedTo.append(instance)
    messages = request.messages.map(\.content)
    switch fates.isEmpty ? .answered(tokens: 1) : fates.removeFirst() {
    case .answered(let tokens):
      give(tokens, to: request.id)
      tell(.finished(request.id, promptTokens: 7, completionTokens: tokens))
    case .instanceDies(let tokens):
      give(tokens, to: request.id)
      tell(.event(.instanceFailed(instance, reason: "The worker died.")))
      tell(.lost(request.id, reason: "The worker died."))
    case .fails(let tokens, let reason):
      give(tokens, to: request.id)
      tell(.event(.requestFailed(request.id, reason: reason)))
    case .held: break
    }
  }

  private func give(_ tokens: Int, to request: RequestID) {
    for _ in 0..<tokens { tell(.text(request, "word ")) }
  }
}
