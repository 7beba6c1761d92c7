/// A serving system of the paper's comparison.
///
/// The raw value is the identifier that the published artifact calls execution type; it names folders, CSV rows and
/// command-line arguments. `label` is what figures print.
public enum ServingSystem: String, CaseIterable, Hashable, Sendable {
  /// Plain vLLM started on demand: first fit, one worker, nothing overlapped.
  case serverlessVLLM = "serverless_vllm"
  /// ServerlessLLM with the measured model evicted from host memory before each measurement.
  case serverlessLLM = "serverlessllm"
  /// ServerlessLLM with the measured model in host memory.
  case serverlessLLMWithCachedModel = "serverlessllm_with_cached_model"
  /// HydraServe held to one worker per cold start.
  case hydraServeWithSingleWorker = "hydraserve_with_single_worker"
  /// HydraServe.
  case hydraServe = "hydraserve"
  /// HydraServe that keeps whole models in host memory.
  case hydraServeWithCache = "hydraserve_with_cache"

  /// The name that figures and tables print.
  public var label: String {
    switch self {
    case .serverlessVLLM: "Serverless vLLM"
    case .serverlessLLM: "ServerlessLLM"
    case .serverlessLLMWithCachedModel: "ServerlessLLM with cached model"
    case .hydraServeWithSingleWorker: "HydraServe with single worker"
    case .hydraServe: "HydraServe"
    case .hydraServeWithCache: "HydraServe with cache"
    }
  }

  /// How the nodes must be labelled before the system may start.
  public var gpuIsolation: GPUIsolation {
    switch self {
    case .serverlessLLM, .serverlessLLMWithCachedModel: .exclusive
    case .serverlessVLLM, .hydraServeWithSingleWorker, .hydraServe, .hydraServeWithCache: .shared
    }
  }
}

/// Whether pods may share a GPU of a node.
public enum GPUIsolation: String, CaseIterable, Hashable, Sendable {
  /// Several pods share a GPU, each with a slice of its memory.
  case shared
  /// A pod gets whole GPUs.
  case exclusive
}
