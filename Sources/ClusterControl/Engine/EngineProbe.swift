import NIOCore

/// Asks an engine that is starting, again and again, whether it can answer.
///
/// Engines differ in where they say so: `/health` is asked first, and where there is none, `/v1/models`. What is not
/// there answers 404, 405 or 501; any other answer than 200 means that the engine is not ready. It lives on the
/// controller's event loop.
final class EngineProbe {
  private let address: WorkerAddress
  private let eventLoop: any EventLoop
  private let ended: (Bool) -> Void
  private let limit: NIODeadline
  private var path = EngineProbe.paths[0]
  private var question: WorkerCall?
  private var isOver = false

  private static let paths = ["/health", "/v1/models"]
  /// Pause between two questions.
  private static let pause = TimeAmount.milliseconds(20)
  /// How long one answer is waited for.
  private static let answerLimit = TimeAmount.seconds(5)

  /// - Parameter ended: called once: whether the engine can answer, or has not for too long.
  init(_ address: WorkerAddress, patience: TimeAmount, on eventLoop: any EventLoop, ended: @escaping (Bool) -> Void) {
    self.address = address
    self.eventLoop = eventLoop
    self.ended = ended
    limit = .now() + patience
  }

  /// Begins to ask.
  func ask() {
    guard !isOver else { return }
    guard .now() < limit else { return end(false) }
    var status = 0
    let patience = eventLoop.assumeIsolated().scheduleTask(deadline: min(limit, .now() + Self.answerLimit)) { [self] in
      question?.cancel()
      askAgain()
    }
    question = WorkerCall.get(path, at: address, on: eventLoop) { [self] news in
      if case .status(let code) = news { status = code }
      guard news.isLast else { return }
      patience.cancel()
      if status == 200, case .ended = news { return end(true) }
      if [404, 405, 501].contains(status) { path = Self.paths.first { $0 != path } ?? path }
      askAgain()
    }
  }

  /// Stops to ask; nothing is told.
  func cancel() {
    isOver = true
    question?.cancel()
  }

  private func askAgain() {
    eventLoop.assumeIsolated().scheduleTask(in: Self.pause) { [self] in ask() }
  }

  private func end(_ isReady: Bool) {
    isOver = true
    ended(isReady)
  }
}
