import ClusterSimulation
import Quantities
import ServingModel
import WireProtocols

/// ServerlessLLM's head without a cluster behind it: what it would do with its workers is simulated, event by event, while
/// real time goes on.
///
/// All of it happens on one event loop. A request is sent into the simulation when it comes; between requests the head
/// sleeps until the next simulated event, so nothing is ever ahead of its time.
final class EmulatedHead {
  private let settings: EmulatedHeadSettings
  private let clock: HeadClock
  private(set) var models = HeadModels()
  /// There is one from the first request on.
  private var simulation: Simulation<EndedRequests>?
  private var answers: [RequestID: (RequestRecord) -> Void] = [:]
  private var requestCount = 0
  /// The moment up to which everything has happened; the clock may lag behind it by a rounding error.
  private var latest = Timestamp.zero

  init(settings: EmulatedHeadSettings, clock: HeadClock) {
    self.settings = settings
    self.clock = clock
  }

  /// How many requests wait for their answers.
  var openRequests: Int { answers.count }

  /// Takes a model.
  func register(_ registration: ServerlessLLMRegistration) throws(HeadRefusal) {
    try models.register(registration, settings: settings)
  }

  /// Takes a request, and calls back when it has ended.
  ///
  /// - Returns: its number, by which it can be given up.
  func complete(
    _ body: ChatCompletionRequest, then answer: @escaping (RequestRecord) -> Void
  ) throws(HeadRefusal) -> RequestID {
    guard let deployment = models.index(of: body.model) else { throw .notRegistered(body.model) }
    guard !body.isStreamed else { throw .streamed }
    begin()
    requestCount += 1
    let prompt = body.messages.reduce(0) { $0 + $1.content.split(separator: " ").count }
    let longest = max(1, settings.longestSequence - prompt)
    let request = Request(
      id: requestCount, deployment: deployment, promptTokens: max(prompt, 1),
      outputTokens: min(body.maxTokens ?? settings.answerTokens, longest))
    answers[request.id] = answer
    latest = max(latest, clock.now())
    simulation?.send(request, at: latest)
    goOn()
    return request.id
  }

  /// The client of a request has gone.
  func leave(_ request: RequestID) {
    guard answers.removeValue(forKey: request) != nil else { return }
    latest = max(latest, clock.now())
    simulation?.cancel(request, at: latest)
    goOn()
  }

  /// Nothing happens any more.
  func stop() {
    clock.wake(nil) {}
  }

  /// What has been measured of a request.
  func record(of request: RequestID) -> RequestRecord? {
    simulation?.record(of: request)
  }

  /// The client's wait between first token and whole answer, in seconds of real time.
  func realSecondsAfterFirstToken(_ record: RequestRecord) -> Double {
    guard let first = record.firstTokenAt, let end = record.finishedAt else { return 0 }
    return (end - first).inSeconds / settings.timeScale
  }

  private func begin() {
    guard simulation == nil else { return }
    models.isClosed = true
    simulation = settings.simulation(of: models.deployed, clients: EndedRequests())
    simulation?.begin()
  }

  /// Answers what has ended, and sleeps until the next event.
  private func goOn() {
    for record in simulation?.source.take() ?? [] {
      answers.removeValue(forKey: record.request.id)?(record)
    }
    let next = simulation?.nextEventTime
    clock.wake(next) { [weak self] in
      guard let self, let next else { return }
      latest = max(latest, clock.now(), next)
      simulation?.advance(through: latest)
      goOn()
    }
  }
}
