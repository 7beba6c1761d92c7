/// A part of a worker's cold start.
public enum ColdStartStage: String, CaseIterable, Hashable, Sendable {
  /// The pod or actor is created and its container starts.
  case container
  /// The runtime and its libraries load.
  case runtime
  /// The CUDA context is made.
  case cudaContext = "cuda_context"
  /// Weights travel from remote storage to host memory.
  case fetch
  /// Weights go to the GPU.
  case load
  /// The engine starts.
  case engine
  /// The engine makes its profile run.
  case profile
  /// The stages of the pipeline connect.
  case pipeline
  /// The rest of the model travels, so that the worker can serve alone; after the cold start, while the pipeline serves.
  case rest
  /// From ready to the first token that leaves the engine.
  case firstToken = "first_token"
}
