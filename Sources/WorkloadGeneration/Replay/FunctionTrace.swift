/// The arrivals of a serverless platform's functions.
public struct FunctionTrace: Hashable, Sendable {
  /// The arrivals of each function in seconds from the start of the trace, ascending; the functions in the order of
  /// their first arrival.
  public let functions: [[Double]]

  /// A trace of functions; functions without arrivals are left out, since there is nothing to replay.
  ///
  /// - Parameter functions: the seconds of each function's arrivals, in any order.
  /// - Precondition: the seconds are finite and not negative.
  public init(functions: [[Double]]) {
    let sorted = functions.filter { !$0.isEmpty }.map { $0.sorted() }
    precondition(sorted.allSatisfy { $0[0] >= 0 && $0[$0.count - 1].isFinite }, "arrivals follow the trace's start")
    self.init(
      inOrder: sorted.enumerated()
        .sorted { ($0.element[0], $0.offset) < ($1.element[0], $1.offset) }
        .map(\.element))
  }

  /// A trace whose functions keep their order, each with its arrivals ascending.
  init(inOrder functions: [[Double]]) {
    self.functions = functions
  }

  /// The number of all arrivals.
  public var count: Int {
    functions.reduce(0) { $0 + $1.count }
  }
}
