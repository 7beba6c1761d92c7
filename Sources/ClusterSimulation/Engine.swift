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
struct Engine: Sendable {
  /// What the engine is doing.
  enum Step: Hashable, Sendable {
    case prefill(RequestID)
    case decode
  }

  /// A request that has begun.
  struct Sequence: Hashable, Sendable {
    let request: RequestID
    var remainingTokens: Int
    /// Prompt and answer together.
    let finalTokens: Int

    /// Tokens whose keys and values are held while it runs.
    var heldTokens: Int { finalTokens - remainingTokens }
  }

  /// What the end of a prefill means.
  enum PrefillEnd: Hashable, Sendable {
    /// A request has its first token; whether that was also its last.
    case firstToken(RequestID, isComplete: Bool)
    /// A request that had been put back goes on.
    case resumed
  }

  /// Tokens that the KV cache holds.
  var capacityTokens = Int.max
  /// Tokens of the running requests.
  private(set) var heldTokens = 0
  /// Requests that wait for their prefill, first come first served.
  var waiting: [Request] = []
  /// Requests that were put back, oldest first; they go before the waiting ones.
  private(set) var preempted: [Sequence] = []
  /// Requests that are decoding.
  private(set) var running: [Sequence] = []
  /// The step under way; `nil` when idle.
  var step: Step?
  /// Whether any token has left the engine.
  var hasGivenToken = false
  /// Requests whose clients left while a step was under way.
  var abandoned: [RequestID] = []

  var isIdle: Bool { step == nil && waiting.isEmpty && running.isEmpty && preempted.isEmpty }

  /// Chooses what the engine does next; `nil` when it has nothing to do.
  ///
  /// A request that runs alone is never put back, whatever the cache: it could not go on anywhere else.
  mutating func nextStep() -> Step? {
    if let first = preempted.first {
      if hasRoom(for: first.heldTokens) { return .prefill(first.request) }
    } else if let first = waiting.first {
      if hasRoom(for: first.promptTokens) { return .prefill(first.id) }
    }
    while running.count > 1, heldTokens + running.count > capacityTokens {
      let youngest = running.removeLast()
      heldTokens -= youngest.heldTokens
      preempted.insert(youngest, at: 0)
    }
    return running.isEmpty ? nil : .decode
  }

  /// Whether a prompt fits beside the running requests, with one more token for each.
  private func hasRoom(for tokens: Int) -> Bool {
    running.isEmpty || heldTokens + tokens + running.count + 1 <= capacityTokens
  }

  /// Tokens that the prefill under way has to compute; 0 when there is none.
  var prefillTokens: Int {
    guard case .prefill = step else { return 0 }
    return preempted.first?.heldTokens ?? waiting.first?.promptTokens ?? 0
  }

  /// Ends the prefill of the first request that was put back, else of the first waiting one.
  mutating func finishPrefill() -> PrefillEnd {
    guard preempted.isEmpty else {
      run(preempted.removeFirst())
      return .resumed
    }
    let request = waiting.removeFirst()
    guard request.outputTokens > 1 else { return .firstToken(request.id, isComplete: true) }
    run(
      Sequence(
        request: request.id, remainingTokens: request.outputTokens - 1,
        finalTokens: request.promptTokens + request.outputTokens))
    return .firstToken(request.id, isComplete: false)
  }

  private mutating func run(_ sequence: Sequence) {
    running.append(sequence)
    heldTokens += sequence.heldTokens
  }

  /// Gives every running request one more token.
  ///
  /// - Returns: the requests whose answers are complete, in the order in which they came.
  mutating func finishDecode() -> [RequestID] {
    var complete: [RequestID] = []
    heldTokens += running.count
    for index in running.indices {
      running[index].remainingTokens -= 1
      if running[index].remainingTokens == 0 {
        complete.append(running[index].request)
        heldTokens -= running[index].finalTokens
      }
    }
    if !complete.isEmpty {
      running.removeAll { $0.remainingTokens == 0 }
    }
    return complete
  }

  /// Forgets a request that is not being prefilled at this moment.
  mutating func drop(_ request: RequestID) {
    waiting.removeAll { $0.id == request }
    preempted.removeAll { $0.request == request }
    guard let position = running.firstIndex(where: { $0.request == request }) else { return }
    heldTokens -= running.remove(at: position).heldTokens
  }
}
