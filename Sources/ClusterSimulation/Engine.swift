import Quantities
import ServingModel

/// An inference engine with continuous batching: prefills one prompt at a time, else decodes one token of every
/// running request.
///
/// A prefill stops the decoding of the others, as in the published engine. The engine holds requests only; how long a
/// step takes is the simulation's business, since it depends on the GPUs and their other tenants.
struct Engine: Sendable {
  /// What the engine is doing.
  enum Step: Hashable, Sendable {
    case prefill(RequestID)
    case decode
  }

  struct Sequence: Sendable {
    let request: RequestID
    var remainingTokens: Int
  }

  /// Requests that wait for their prefill, first come first served.
  var waiting: [Request] = [] {
    didSet { writeDown() }
  }
  /// Requests that are decoding.
  var running: [Sequence] = []
  /// The step under way; `nil` when idle.
  var step: Step?
  /// Whether any token has left the engine.
  var hasGivenToken = false
  /// Requests whose clients left while a step was under way.
  var abandoned: [RequestID] = []

  /// How many of the next decode steps are like the one under way: they end no answer, nobody waits and no GPU has
  /// other tenants.
  private var likeSteps = 0
  /// The length of such a step in nanoseconds.
  private var likeStepNanoseconds: Int64 = 0
  /// Decode steps that have ended and are not yet taken off the running requests' tokens.
  private var unwrittenSteps = 0

  var isIdle: Bool { step == nil && waiting.isEmpty && running.isEmpty }

  /// What the engine does next; `nil` when it has nothing to do.
  func nextStep() -> Step? {
    if let first = waiting.first { return .prefill(first.id) }
    return running.isEmpty ? nil : .decode
  }

  /// Ends the prefill of the first waiting request.
  ///
  /// - Returns: the request, and whether its first token was also its last.
  mutating func finishPrefill() -> (request: Request, isComplete: Bool) {
    let request = waiting.removeFirst()
    guard request.outputTokens > 1 else { return (request, true) }
    running.append(Sequence(request: request.id, remainingTokens: request.outputTokens - 1))
    return (request, false)
  }

  /// Gives every running request one more token.
  ///
  /// - Returns: the requests whose answers are complete, in the order in which they came.
  mutating func finishDecode() -> [RequestID] {
    writeDown()
    var complete: [RequestID] = []
    for index in running.indices {
      running[index].remainingTokens -= 1
      if running[index].remainingTokens == 0 { complete.append(running[index].request) }
    }
    if !complete.isEmpty {
      running.removeAll { $0.remainingTokens == 0 }
    }
    return complete
  }

  /// Forgets a request that is not being prefilled at this moment.
  mutating func drop(_ request: RequestID) {
    writeDown()
    waiting.removeAll { $0.id == request }
    running.removeAll { $0.request == request }
  }
}

/// Decode steps that are all alike: nearly all events of a run are their ends, so they are counted and not computed.
extension Engine {
  /// Notes the length of the decode step that begins; the ones after it take as long until something changes.
  mutating func beginLikeSteps(nanoseconds: Int64) {
    let fewest = running.reduce(Int.max) { min($0, $1.remainingTokens) }
    likeSteps = waiting.isEmpty ? fewest - 1 : 0
    likeStepNanoseconds = nanoseconds
  }

  /// Ends the decode step under way and begins the next one like it.
  ///
  /// - Returns: the length of the next step in nanoseconds; `nil`, with nothing changed, when it has to be looked at.
  mutating func repeatDecode() -> Int64? {
    guard likeSteps > 0 else { return nil }
    likeSteps &-= 1
    unwrittenSteps &+= 1
    return likeStepNanoseconds
  }

  /// Has the step after the one under way computed anew, because the tenants of a GPU have changed.
  mutating func endLikeSteps() {
    likeSteps = 0
  }

  /// Takes the steps that were only counted off the running requests' tokens.
  private mutating func writeDown() {
    likeSteps = 0
    guard unwrittenSteps > 0 else { return }
    for index in running.indices { running[index].remainingTokens -= unwrittenSteps }
    unwrittenSteps = 0
  }
}
