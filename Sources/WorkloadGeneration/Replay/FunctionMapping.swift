/// Which model answers the requests of which function of a trace.
public enum FunctionMapping: String, CaseIterable, Hashable, Sendable {
  /// Neighbouring functions share a model: function i of F asks for model i·M div F. The published artifact's, under
  /// the name of round robin.
  case contiguous
  /// Functions are dealt out in turn: function i asks for model i mod M.
  case strided

  /// The model of a function.
  ///
  /// - Precondition: there are models, and the function is one of the functions.
  public func model(of function: Int, functions: Int, models: Int) -> Int {
    precondition(models > 0 && function >= 0 && function < functions, "a function of the trace maps to a model")
    switch self {
    case .contiguous: return function * models / functions
    case .strided: return function % models
    }
  }
}
