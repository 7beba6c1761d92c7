import Quantities
import ServingModel

/// An inference engine with continuous batching: prefills one prompt at a time, else decodes one token of every
/// running request.
///
/// A prefill stops the decoding of the others, as in the published engine. The KV cache bounds what runs at a time: a
/// prompt waits until there is room for it, and when the running requests outgrow the cache the youngest one gives its
/// part back and is prefilled again later. The engine holds requests only; how long a step takes is the simulation's
/// business, since it depends on the GPUs and their other tenants.
///
/// - Source: vLLM's scheduler (first come first served, prefills first, preemption by recomputation).
public struct Engine: Sendable {
  /// What the engine is doing.
  public enum Step: Hashable, Sendable {
    /// The prompt of a request.
    case prefill(RequestID)
    /// One token of every running request.
    case decode
  }

  /// A request that has begun.
  public struct Sequence: Hashable, Sendable {
    /// The request.
    public let request: RequestID
    var remainingTokens: Int
    /// Prompt and answer together.
    let finalTokens: Int
    /// When its latest token left the engine, as far as its steps are written down, in nanoseconds.
    var latestToken: Int64

    /// Tokens whose keys and values are held while it runs.
    var heldTokens: Int { finalTokens - remainingTokens }
  }

  /// What the end of a prefill means.
  public enum PrefillEnd: Hashable, Sendable {
    /// A request has its first token; whether that was also its last.
    case firstToken(RequestID, isComplete: Bool)
    /// A request that had been put back goes on.
    case resumed
  }

  /// Tokens that the KV cache holds.
  public var capacityTokens = Int.max {
    didSet { writeDown() }
  }
  /// Tokens of the running requests, as far as their steps are written down.
  private var writtenTokens = 0
  /// Tokens of the running requests.
  var heldTokens: Int { writtenTokens + unwrittenSteps * running.count }
  /// Requests that wait for their prefill, first come first served.
  public var waiting: [Request] = [] {
    didSet { writeDown() }
  }
  /// Requests that were put back, oldest first; they go before the waiting ones.
  private(set) var preempted: [Sequence] = []
  /// Requests that are decoding.
  public private(set) var running: [Sequence] = []
  /// The step under way; `nil` when idle.
  public var step: Step?
  /// Whether any token has left the engine.
  var hasGivenToken = false
  /// Requests whose clients left while a step was under way.
  var abandoned: [RequestID] = []

  /// The gaps between tokens of one answer, as far as steps are written down; none unless they are wanted.
  private(set) var tokenGaps: [TokenGap] = []
  /// Whether gaps are kept.
  let keepsTokenGaps: Bool

  /// An engine without requests.
  public init(keepsTokenGaps: Bool = false) {
    self.keepsTokenGaps = keepsTokenGaps
  }

  /// When the decode step began that the like ones are counted from, in nanoseconds.
  private var likeStepsBegan: Int64 = 0
  /// How many of the next decode steps are like the one under way: they end no answer, find room in the cache, and no GPU
  /// has other tenants.
  private var likeSteps = 0
  /// The length of such a step in nanoseconds.
  private var likeStepNanoseconds: Int64 = 0
  /// Decode steps that have ended and are not yet taken off the running requests' tokens.
  private var unwrittenSteps = 0

  var isIdle: Bool { step == nil && waiting.isEmpty && running.isEmpty && preempted.isEmpty }

  /// Chooses what the engine does next; `nil` when it has nothing to do.
  ///
  /// A request that runs alone is never put back, whatever the cache: it could not go on anywhere else.
  public mutating func nextStep() -> Step? {
    writeDown()
    if let first = preempted.first {
      if hasRoom(for: first.heldTokens) { return .prefill(first.request) }
    } else if let first = waiting.first {
      if hasRoom(for: first.promptTokens) { return .prefill(first.id) }
    }
    while running.count > 1, heldTokens + running.count > capacityTokens {
      let youngest = running.removeLast()
      writtenTokens -= youngest.heldTokens
      preempted.insert(youngest, at: 0)
    }
    return running.isEmpty ? nil : .decode
  }

  /// Whether a prompt fits beside the running requests, with one more token for each.
  private func hasRoom(for tokens: Int) -> Bool {
    running.isEmpty || heldTokens + tokens + running.count + 1 <= capacityTokens
  }

  /// Tokens that the prefill under way has to compute; 0 when there is none.
  public var prefillTokens: Int {
    guard case .prefill = step else { return 0 }
    return preempted.first?.heldTokens ?? waiting.first?.promptTokens ?? 0
  }

  /// Ends the prefill of the first request that was put back, else of the first waiting one.
  public mutating func finishPrefill(at now: Int64) -> PrefillEnd {
    guard preempted.isEmpty else {
      run(preempted.removeFirst())
      return .resumed
    }
    let request = waiting.removeFirst()
    guard request.outputTokens > 1 else { return .firstToken(request.id, isComplete: true) }
    run(
      Sequence(
        request: request.id, remainingTokens: request.outputTokens - 1,
        finalTokens: request.promptTokens + request.outputTokens, latestToken: now))
    return .firstToken(request.id, isComplete: false)
  }

  private mutating func run(_ sequence: Sequence) {
    running.append(sequence)
    writtenTokens += sequence.heldTokens
  }

  /// Gives every running request one more token.
  ///
  /// - Returns: the requests whose answers are complete, in the order in which they came.
  public mutating func finishDecode(at now: Int64) -> [RequestID] {
    writeDown()
    var complete: [RequestID] = []
    writtenTokens += running.count
    for index in running.indices {
      running[index].remainingTokens -= 1
      if keepsTokenGaps {
        tokenGaps.add(nanoseconds: now - running[index].latestToken)
        running[index].latestToken = now
      }
      if running[index].remainingTokens == 0 {
        complete.append(running[index].request)
        writtenTokens -= running[index].finalTokens
      }
    }
    if !complete.isEmpty {
      running.removeAll { $0.remainingTokens == 0 }
    }
    return complete
  }

  /// Forgets a request that is not being prefilled at this moment.
  public mutating func drop(_ request: RequestID) {
    writeDown()
    waiting.removeAll { $0.id == request }
    preempted.removeAll { $0.request == request }
    guard let position = running.firstIndex(where: { $0.request == request }) else { return }
    writtenTokens -= running.remove(at: position).heldTokens
  }
}

/// Decode steps that are all alike: nearly all events of a run are their ends, so they are counted and not computed.
extension Engine {
  /// Notes the length of the decode step that begins; the ones after it take as long until something changes.
  ///
  /// A prompt that found no room finds none while the running requests only grow, so it changes nothing.
  ///
  /// - Precondition: requests are running.
  mutating func beginLikeSteps(nanoseconds: Int64, at now: Int64) {
    precondition(!running.isEmpty, "a decode step gives somebody a token")
    let untilAnswer = running.reduce(Int.max) { min($0, $1.remainingTokens) } - 1
    let untilFull = running.count > 1 ? (capacityTokens - heldTokens) / running.count - 1 : Int.max
    likeSteps = max(0, min(untilAnswer, untilFull))
    likeStepNanoseconds = nanoseconds
    likeStepsBegan = now
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

  /// The gaps that were noted, all steps that have ended among them.
  mutating func takeTokenGaps() -> [TokenGap] {
    writeDown()
    defer { tokenGaps = [] }
    return tokenGaps
  }

  /// Has the step after the one under way computed anew, because the tenants of a GPU have changed.
  mutating func endLikeSteps() {
    likeSteps = 0
  }

  /// Takes the steps that were only counted off the running requests' tokens.
  private mutating func writeDown() {
    likeSteps = 0
    guard unwrittenSteps > 0 else { return }
    writtenTokens += unwrittenSteps * running.count
    for index in running.indices { running[index].remainingTokens -= unwrittenSteps }
    if keepsTokenGaps { noteLikeGaps() }
    unwrittenSteps = 0
  }

  /// Notes the gaps that ended with the steps that were only counted: the first of each request may have begun before.
  private mutating func noteLikeGaps() {
    let end = likeStepsBegan + Int64(unwrittenSteps) * likeStepNanoseconds
    for index in running.indices {
      tokenGaps.add(nanoseconds: likeStepsBegan + likeStepNanoseconds - running[index].latestToken)
      running[index].latestToken = end
    }
    if unwrittenSteps > 1 {
      tokenGaps.add(nanoseconds: likeStepNanoseconds, count: (unwrittenSteps - 1) * running.count)
    }
    likeStepsBegan = end
  }
}
