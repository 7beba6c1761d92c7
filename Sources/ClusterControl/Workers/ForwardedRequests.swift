import NIOCore
import Scheduling
import ServingModel
import WireProtocols

/// The requests that workers of a live cluster are answering, and what becomes of them when a worker goes.
///
/// A worker's end is noticed twice, by its connections and as the end of its process, in either order. A request is lost
/// only once both are known: what a worker had sent before it died still counts, and an error that a worker sends since
/// another stage has died is that death and no error of the request. It lives on the controller's event loop.
final class ForwardedRequests {
  private struct Answering {
    let call: WorkerCall
    let instance: InstanceID
    /// Why its instance has died, if it has; what it sent before may still be on its way.
    var death: String?
  }

  /// A request whose answer went wrong, until it is known whether its instance has died.
  private struct Doubtful {
    let instance: InstanceID
    /// What is reported when it has not.
    let report: ClusterReport
  }

  /// Where reports go.
  var tell: (ClusterReport) -> Void = { _ in }
  private let eventLoop: any EventLoop
  private var answering: [RequestID: Answering] = [:]
  private var doubtful: [RequestID: Doubtful] = [:]

  /// How long the second sign of a worker's end is waited for after the first, in real time.
  private let patience: TimeAmount

  init(eventLoop: any EventLoop, patience: TimeAmount = .milliseconds(500)) {
    self.eventLoop = eventLoop
    self.patience = patience
  }

  /// Hands a request to the worker of an instance.
  ///
  /// - Parameter name: what messages call the worker.
  func forward(
    _ request: RequestID, _ body: JSON, to instance: InstanceID, at address: WorkerAddress, name: String
  ) {
    let answer = WorkerAnswer { [self] in receive($0, of: request, from: name) }
    let call = WorkerCall.post(body, to: ChatCompletionRequest.path, at: address, on: eventLoop) { answer.take($0) }
    answering[request] = Answering(call: call, instance: instance)
  }

  /// Nobody waits for the answer any more.
  func abandon(_ request: RequestID) {
    answering.removeValue(forKey: request)?.call.cancel()
    doubtful[request] = nil
  }

  /// An instance has died under all its requests.
  func lose(all instance: InstanceID, reason: String) {
    for request in doubtful.keys.sorted() where doubtful[request]?.instance == instance {
      doubtful[request] = nil
      tell(.lost(request, reason: reason))
    }
    let dying = answering.keys.sorted().filter { answering[$0]?.instance == instance }
    guard !dying.isEmpty else { return }
    for request in dying { answering[request]?.death = reason }
    eventLoop.assumeIsolated().scheduleTask(in: patience) { [self] in
      for request in dying where answering[request]?.instance == instance {
        answering.removeValue(forKey: request)?.call.cancel()
        tell(.lost(request, reason: reason))
      }
    }
  }

  private func receive(_ item: WorkerAnswer.Item, of request: RequestID, from name: String) {
    guard let current = answering[request] else { return }
    switch item {
    case .text(let text): tell(.text(request, text))
    case .finished(let usage, let reason):
      answering[request] = nil
      tell(
        .finished(
          request, promptTokens: usage.promptTokens, completionTokens: usage.completionTokens, finishReason: reason))
    case .refused(let reason):
      answering[request] = nil
      tell(.event(.requestFailed(request, reason: "\(name): \(reason)")))
    case .failed(let reason): doubt(current, .event(.requestFailed(request, reason: "\(name): \(reason)")), request)
    case .broken(let reason): doubt(current, .lost(request, reason: "\(name) broke off: \(reason)."), request)
    }
  }

  private func doubt(_ current: Answering, _ report: ClusterReport, _ request: RequestID) {
    answering.removeValue(forKey: request)?.call.cancel()
    if let death = current.death { return tell(.lost(request, reason: death)) }
    doubtful[request] = Doubtful(instance: current.instance, report: report)
    eventLoop.assumeIsolated().scheduleTask(in: patience) { [self] in
      if let doubtful = doubtful.removeValue(forKey: request) { tell(doubtful.report) }
    }
  }
}
