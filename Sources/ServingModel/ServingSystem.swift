/// A serving system that is run: one of the paper's comparison, or a policy of somebody's own beside them.
///
/// The raw value names folders, CSV rows and command-line arguments; of the paper's systems it is the identifier that the
/// published artifact calls execution type. `label` is what figures print.
public enum ServingSystem: Hashable, Sendable {
  /// Plain vLLM started on demand: first fit, one worker, nothing overlapped.
  case serverlessVLLM
  /// ServerlessLLM with the measured model evicted from host memory before each measurement.
  case serverlessLLM
  /// ServerlessLLM with the measured model in host memory.
  case serverlessLLMWithCachedModel
  /// HydraServe held to one worker per cold start.
  case hydraServeWithSingleWorker
  /// HydraServe.
  case hydraServe
  /// HydraServe that keeps whole models in host memory.
  case hydraServeWithCache
  /// A policy that is not the paper's.
  case own(OwnSystem)

  /// The systems of the paper.
  public static let published: [ServingSystem] = [
    .serverlessVLLM, .serverlessLLM, .serverlessLLMWithCachedModel, .hydraServeWithSingleWorker, .hydraServe,
    .hydraServeWithCache,
  ]

  /// The system of the paper that has that identifier; `nil` where there is none.
  public init?(rawValue: String) {
    guard let system = Self.published.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = system
  }

  /// The identifier.
  public var rawValue: String {
    switch self {
    case .serverlessVLLM: "serverless_vllm"
    case .serverlessLLM: "serverlessllm"
    case .serverlessLLMWithCachedModel: "serverlessllm_with_cached_model"
    case .hydraServeWithSingleWorker: "hydraserve_with_single_worker"
    case .hydraServe: "hydraserve"
    case .hydraServeWithCache: "hydraserve_with_cache"
    case .own(let own): own.name
    }
  }

  /// The name that figures and tables print.
  public var label: String {
    switch self {
    case .serverlessVLLM: "Serverless vLLM"
    case .serverlessLLM: "ServerlessLLM"
    case .serverlessLLMWithCachedModel: "ServerlessLLM with cached model"
    case .hydraServeWithSingleWorker: "HydraServe with single worker"
    case .hydraServe: "HydraServe"
    case .hydraServeWithCache: "HydraServe with cache"
    case .own(let own): own.label
    }
  }

  /// How the nodes must be labelled before the system may start.
  public var gpuIsolation: GPUIsolation {
    switch self {
    case .serverlessLLM, .serverlessLLMWithCachedModel: .exclusive
    case .serverlessVLLM, .hydraServeWithSingleWorker, .hydraServe, .hydraServeWithCache: .shared
    case .own(let own): own.gpuIsolation
    }
  }

  /// Whether its published images have a scheduler of their own.
  public var schedulesItself: Bool { self == .serverlessLLM || self == .serverlessLLMWithCachedModel }

  /// The system of the paper whose workers start in the same way.
  public var publishedWorkers: ServingSystem {
    if case .own(let own) = self { own.workers.system } else { self }
  }

  /// Whether whole models stay in host memory for later instances under a control plane that asks storage agents.
  public var usesHostMemoryCache: Bool {
    if case .own(let own) = self { own.usesHostMemoryCache } else { self == .hydraServeWithCache }
  }
}

/// Whether pods may share a GPU of a node.
public enum GPUIsolation: String, CaseIterable, Hashable, Sendable {
  /// Several pods share a GPU, each with a slice of its memory.
  case shared
  /// A pod gets whole GPUs.
  case exclusive
}
