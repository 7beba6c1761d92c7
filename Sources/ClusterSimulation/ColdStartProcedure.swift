import ServingModel

/// What a serving system's worker does between being ordered and being ready, and what of it overlaps.
public struct ColdStartProcedure: Hashable, Sendable {
  /// How the weights get from host memory, or from the network, to the GPU.
  public enum Loader: Hashable, Sendable {
    /// Plain vLLM's loader, after the fetch.
    case framework
    /// A copy from host memory at full rate, after the fetch.
    case copy
    /// A copy that follows the fetch byte by byte while it still goes on.
    case streamed
  }

  /// Whether the node's storage agent fetches from the moment of the decision, or the worker once it has started.
  public var fetchesBeforeStart: Bool
  /// How the weights get to the GPU.
  public var loader: Loader
  /// Whether the engine makes its profile run before it serves.
  public var runsProfile: Bool

  /// A procedure.
  public init(fetchesBeforeStart: Bool, loader: Loader, runsProfile: Bool) {
    self.fetchesBeforeStart = fetchesBeforeStart
    self.loader = loader
    self.runsProfile = runsProfile
  }

  /// The procedure of a serving system.
  public init(of system: ServingSystem) {
    switch system {
    case .serverlessVLLM:
      self.init(fetchesBeforeStart: false, loader: .framework, runsProfile: true)
    case .serverlessLLM, .serverlessLLMWithCachedModel:
      self.init(fetchesBeforeStart: false, loader: .copy, runsProfile: true)
    case .hydraServeWithSingleWorker, .hydraServe, .hydraServeWithCache:
      self.init(fetchesBeforeStart: true, loader: .streamed, runsProfile: false)
    case .own(let own): self.init(of: own.workers.system)
    }
  }
}
