import Quantities
import ServingModel

/// An inference engine with continuous batching: prefills one prompt at a time, else decodes one token of every
/// running request.
///
/// A prefill stops the decoding of the others, as in the published engine. The engine holds requests only; how long a
/// step takes is the simulation's business, since it depends on the GPUs and their other tenants.
public struct Engine: Sendable {
  /// What the engine is doing.
  public enum Step: Hashable, Sendable {
    /// The prompt of a request.
    case prefill(RequestID)
    /// One token of every running request.
    case decode
  }

  /// A request that is decoding.
  public struct Sequence: Sendable {
    /// The request.
    public let request: RequestID
    /// The tokens that it has yet to get.
    public internal(set) var remainingTokens: Int
  }

  /// Requests that wait for their prefill, first come first served.
  public var waiting: [Request] = []
  /// Requests that are decoding.
  public var running: [Sequence] = []
  /// The step under way; `nil` when idle.
  public var step: Step?
  /// Whether any token has left the engine.
  var hasGivenToken = false
  /// Requests whose clients left while a step was under way.
  var abandoned: [RequestID] = []

  /// Whether there is nothing to do.
  public var isIdle: Bool { step == nil && waiting.isEmpty && running.isEmpty }

  /// An engine without requests.
  public init() {}

  /// What the engine does next; `nil` when it has nothing to do.
  public func nextStep() -> Step? {
    if let first = waiting.first { return .prefill(first.id) }
    return running.isEmpty ? nil : .decode
  }

  /// Ends the prefill of the first waiting request.
  ///
  /// - Returns: the request, and whether its first token was also its last.
  public mutating func finishPrefill() -> (request: Request, isComplete: Bool) {
    let request = waiting.removeFirst()
    guard request.outputTokens > 1 else { return (request, true) }
    running.append(Sequence(request: request.id, remainingTokens: request.outputTokens - 1))
    return (request, false)
  }

  /// Gives every running request one more token.
  ///
  /// - Returns: the requests whose answers are complete, in the order in which they came.
  public mutating func finishDecode() -> [RequestID] {
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
  public mutating func drop(_ request: RequestID) {
    waiting.removeAll { $0.id == request }
    running.removeAll { $0.request == request }
  }
}
