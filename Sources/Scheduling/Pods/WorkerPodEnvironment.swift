import ServingModel

/// What the pods of one instance are told and may use: the environment that the worker image reads, and its limits.
///
/// - Source: the published scheduler's deployment of workers, variable by variable in its order.
public struct WorkerPodEnvironment: Hashable, Sendable {
  /// An environment variable.
  public struct Variable: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its value.
    public let value: String

    /// A variable with its value.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The name of the pod.
  public let podName: String
  /// The node that it must run on.
  public let node: Int
  /// The variables, in the order of the published pods.
  public let variables: [Variable]
  /// The GPU memory that it may use, in GB.
  public let gpuMemoryGB: Int
  /// Its share of the GPU's cores, in percent, a multiple of 5.
  public let corePercentage: Int
  /// The host memory that it may use, in GB (GiB in the pod's limits).
  public var hostMemoryGB: Int { gpuMemoryGB + Self.hostMemoryAboveGPUMemoryGB }

  /// Requests per batch. Source: the published scheduler's constant.
  public static let batchSize = 8
  static let hostMemoryAboveGPUMemoryGB = 4
  /// The longest prompt and answer together, in tokens. Source: the published images' environment.
  public static let longestModelTokens = 3072

  /// The pods of an instance, one per stage in rank order.
  ///
  /// - Parameters:
  ///   - model: the model instance that is served.
  ///   - claims: the slice of a GPU of each stage, in rank order.
  ///   - gpuMemoryGB: the whole memory of the GPU that each slice is of.
  ///   - storageAddresses: the address of the storage agent on each stage's node.
  ///   - willConsolidate: whether the full-memory workers are to serve alone later.
  ///   - preinitialises: whether the worker starts before its weights are there (all but Serverless vLLM).
  /// - Precondition: the three lists have one entry per stage.
  public static func pods(
    model: ModelInstanceName, claims: [GPUClaim], gpuMemoryGB: [Int], storageAddresses: [String], willConsolidate: Bool,
    preinitialises: Bool
  ) -> [WorkerPodEnvironment] {
    precondition(
      claims.count == gpuMemoryGB.count && claims.count == storageAddresses.count, "every stage has one entry per list")
    let shared = sharedVariables(model: model, pipelineSize: claims.count, preinitialises: preinitialises)
    let fullMemory = willConsolidate ? claims.prefix { $0.askedGB == claims[0].askedGB }.count : 0
    return claims.indices.map { rank in
      let claim = claims[rank]
      return WorkerPodEnvironment(
        podName: claim.podName, node: claim.node,
        variables: shared + [
          Variable("PP_RANK", "\(rank)"),
          Variable("TOTAL_GPU", "\(claim.heldGB)"),
          Variable("STORAGE_IP", storageAddresses[rank]),
          Variable("DEST_PP_SIZE", "\(rank < fullMemory ? 1 : claims.count)"),
          Variable("BATCH_SIZE", "\(batchSize)"),
        ],
        gpuMemoryGB: claim.heldGB, corePercentage: corePercentage(of: claim.heldGB, in: gpuMemoryGB[rank]))
    }
  }

  /// The variables that all stages have in common.
  private static func sharedVariables(
    model: ModelInstanceName, pipelineSize: Int, preinitialises: Bool
  ) -> [Variable] {
    let common = [
      Variable("MODEL_ID", model.model),
      Variable("REMOTE_MODEL_ID", model.description),
      Variable("MODELSCOPE_CACHE", "/mnt/model-cache"),
      Variable("PP_SIZE", "\(pipelineSize)"),
      Variable("ENABLE_PARA", "0"),
      Variable("LOCAL_SERVER", "1"),
      Variable("PYTHONUNBUFFERED", "1"),
      Variable("MAX_MODEL_LEN", "\(longestModelTokens)"),
    ]
    guard !preinitialises else { return common }
    return common + [
      Variable("NO_PRE_INIT", "1"), Variable("FAST_COLDSTART", "0"), Variable("GPU_MEMORY_UTILIZATION", "0.8"),
    ]
  }

  /// The share of the cores that goes with a slice of the memory: the same share, rounded down to a multiple of 5 %.
  static func corePercentage(of sliceGB: Int, in totalGB: Int) -> Int {
    Int(Double(sliceGB) / Double(totalGB) * 100) / 5 * 5
  }
}
