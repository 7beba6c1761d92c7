import KubernetesDeployment
import NIOCore
import Quantities
import Scheduling
import ServingModel
import WireProtocols

/// ServerlessLLM on a Kubernetes cluster: requests go to its head, and what becomes of its pods is told.
///
/// Its answers come whole and say how old their first token is. It lives on the controller's event loop.
final class ServerlessLLMCluster: ControlledCluster {
  private let serving: KubernetesServing
  private let head: WorkerAddress
  private let clock: LiveClock
  private let eventLoop: any EventLoop
  private let report: (ClusterReport) -> Void
  private var calls: [RequestID: WorkerCall] = [:]
  private var watching: Task<Void, Never>?
  private var isStopping = false

  init(
    _ serving: KubernetesServing, head: WorkerAddress, clock: LiveClock, eventLoop: any EventLoop,
    report: @escaping (ClusterReport) -> Void
  ) {
    self.serving = serving
    self.head = head
    self.clock = clock
    self.eventLoop = eventLoop
    self.report = report
    let pods = WorkerPods(client: serving.client, settings: serving.manifests)
    let note = serving.note
    watching = Task { for await news in pods.news() { ServerlessLLMCluster.tell(news, note) } }
  }

  func stop() -> @Sendable () async -> Void {
    isStopping = true
    watching?.cancel()
    for request in calls.keys.sorted() { calls[request]?.cancel() }
    calls = [:]
    return {}  // workers stay as long as their Deployments, which the ground deletes
  }

  func note(_ decision: Decision) {}

  func carryOut(_ command: Command) {
    guard case .abandon(let request, _) = command else {
      preconditionFailure("the head sees to its own pods, weights and engines: \(command)")
    }
    calls.removeValue(forKey: request)?.cancel()
  }

  // MARK: Requests

  func forward(_ request: LiveRequest, to instance: InstanceID) {
    let body = ChatCompletionRequest(
      model: serving.deployments[request.deployment].name.description, messages: request.messages,
      maxTokens: request.maxTokens ?? serving.usualAnswerTokens, ignoresEnd: request.ignoresEnd, isStreamed: false
    ).body
    let (id, sentAt) = (request.id, clock.now)
    let answer = WholeAnswer { [self] outcome in
      calls[id] = nil
      guard !isStopping else { return }
      take(outcome, of: id, sentAt: sentAt)
    }
    calls[id] = WorkerCall.post(body, to: ChatCompletionRequest.path, at: head, on: eventLoop) { answer.take($0) }
  }

  private func take(_ outcome: WholeAnswer.Outcome, of request: RequestID, sentAt: Timestamp) {
    switch outcome {
    case .answered(200, let body):
      do throws(WireError) {
        try pass(try ChatCompletionAnswer(body: JSON(parsing: body)), to: request, sentAt: sentAt)
      } catch {
        fail(request, "ServerlessLLM's answer is not understood: \(error)")
      }
    case .answered(let status, let body):
      fail(request, "ServerlessLLM answered \(status): \(String(decoding: body.prefix(300), as: UTF8.self))")
    case .refused: report(.lost(request, reason: "ServerlessLLM's head does not listen."))
    case .broken(let reason): report(.lost(request, reason: "ServerlessLLM's head broke off: \(reason)."))
    }
  }

  /// Passes an answer on, if it says how old its first token is: a guess must not be taken for a measurement.
  private func pass(_ answer: ChatCompletionAnswer, to request: RequestID, sentAt: Timestamp) throws(WireError) {
    let age = Duration.seconds(answer.created) * clock.timeScale
    guard answer.created >= 0, answer.created < Self.longestAnswer, age <= clock.now - sentAt else {
      throw .wrongMember(
        name: "created", expected: "the seconds from the first token to the end, as in the published image",
        found: "\(answer.created)")
    }
    report(.text(request, answer.text, age: age))
    report(
      .finished(
        request, promptTokens: answer.usage.promptTokens, completionTokens: answer.usage.completionTokens,
        finishReason: answer.finishReason))
  }

  /// No answer takes so long, in seconds; moments since 1970 are larger.
  private static let longestAnswer = 1e6

  private func fail(_ request: RequestID, _ reason: String) {
    report(.event(.requestFailed(request, reason: reason)))
  }

  // MARK: Pods

  /// What people want to know of pods that were started before the first request and stay.
  private static func tell(_ news: WorkerPodNews, _ note: (String) -> Void) {
    switch news {
    case .running: break
    case .trouble(let pod, let reason): note("Pod \(pod): \(reason).")
    case .restarted(let pod, let reason), .ended(let pod, let reason):
      note("Pod \(pod) of ServerlessLLM was lost: \(reason); stop the server and start it again.")
    case .gone(let deployment): note("Deployment \(deployment) was deleted; stop the server and start it again.")
    case .clusterTrouble(let reason): note(reason)
    }
  }
}
