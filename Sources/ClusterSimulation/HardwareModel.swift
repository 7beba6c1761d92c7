import Quantities
import ServingModel

/// How long the stages of a cold start and the steps of an engine take on one kind of GPU.
///
/// - Source: `worker_start`, `framework_load`, `engine_profile` and `engine_init` are fitted to measured cold starts by
///   `calibrate`; the step times are linear laws through the base times of the paper's engines.
public struct GPUConstants: Hashable, Sendable {
  /// From the order to create a worker to a process with libraries loaded and a CUDA context. Fitted.
  public var workerStart: Duration
  /// Rate of plain vLLM's own weight loader. Fitted.
  public var frameworkLoad: Bandwidth
  /// The profile run and the cache sizing that follows from it. Fitted.
  public var engineProfile: Duration
  /// Start of the engine without the profile run, with the polling until somebody notices. Fitted.
  public var engineInitialisation: Duration
  /// Prefill of an empty prompt.
  public var prefillBase: Duration
  /// Prefill of one more token of prompt, for each GB of weights.
  public var prefillPerTokenAndGB: Duration
  /// One decode step of one request, without the share that grows with the weights.
  public var decodeBase: Duration
  /// What a decode step takes longer for each GB of weights.
  public var decodePerGB: Duration

  /// Constants of one kind of GPU.
  public init(
    workerStart: Duration, frameworkLoad: Bandwidth, engineProfile: Duration, engineInitialisation: Duration,
    prefillBase: Duration, prefillPerTokenAndGB: Duration, decodeBase: Duration, decodePerGB: Duration
  ) {
    self.workerStart = workerStart
    self.frameworkLoad = frameworkLoad
    self.engineProfile = engineProfile
    self.engineInitialisation = engineInitialisation
    self.prefillBase = prefillBase
    self.prefillPerTokenAndGB = prefillPerTokenAndGB
    self.decodeBase = decodeBase
    self.decodePerGB = decodePerGB
  }
}

/// How the start of a worker divides into container, runtime and CUDA context; the parts add up to one.
///
/// Only the sum can be told from measured first tokens, so the division is an assumption and timelines say so.
public struct WorkerStartSplit: Hashable, Sendable {
  /// Share of the container's creation and start.
  public var container: Double
  /// Share of loading the runtime and its libraries.
  public var runtime: Double

  /// A division; the CUDA context takes what the two shares leave.
  public init(container: Double, runtime: Double) {
    precondition(container >= 0 && runtime >= 0 && container + runtime <= 1, "shares of one")
    self.container = container
    self.runtime = runtime
  }
}

/// The hardware constants of a simulated cluster.
public struct HardwareModel: Hashable, Sendable {
  /// Constants by kind of GPU, in the order of their names.
  public var gpus: [GPUType: GPUConstants]
  /// Rate at which weights are copied from host memory to a GPU while they are streamed. Fitted.
  public var hostToGPU: Bandwidth
  /// Connecting the stages of a pipeline. Fitted.
  public var pipelineSetup: Duration
  /// Fastest that a single fetch gets, whatever the links could carry; `nil` when only links limit it.
  public var fetchCap: Bandwidth?
  /// How the start of a worker divides; an assumption.
  public var startSplit: WorkerStartSplit
  /// From the order to delete pods until their memory is free.
  public var podDeletion: Duration
  /// From a token leaving the engine to its arrival at the client.
  public var responsePath: Duration
  /// What a decode step takes longer for each further request in the batch, as a share.
  public var batchSlowdown: Double
  /// Handing activations from one pipeline stage to the next.
  public var pipelineHop: Duration

  /// Moving the KV cache of a pipeline's requests to its first worker, besides the travel of its bytes.
  public var kvMigration = Duration.milliseconds(500)
  /// Ending the old stage of a worker that is to serve alone.
  public var oldStageStop = Duration.milliseconds(200)
  /// Asking a storage agent whether it holds a model.
  public var cacheQuery = Duration.milliseconds(10)

  /// The constants of a cluster.
  public init(
    gpus: [GPUType: GPUConstants], hostToGPU: Bandwidth, pipelineSetup: Duration, fetchCap: Bandwidth?,
    startSplit: WorkerStartSplit, podDeletion: Duration, responsePath: Duration, batchSlowdown: Double,
    pipelineHop: Duration
  ) {
    self.gpus = gpus
    self.hostToGPU = hostToGPU
    self.pipelineSetup = pipelineSetup
    self.fetchCap = fetchCap
    self.startSplit = startSplit
    self.podDeletion = podDeletion
    self.responsePath = responsePath
    self.batchSlowdown = batchSlowdown
    self.pipelineHop = pipelineHop
  }
}
