import Quantities

/// What a worker pod is told by its environment.
///
/// - Source: the published images' variables; written by the control plane's pod environment.
public struct WorkerSettings: Hashable, Sendable {
  /// The model.
  public let model: String
  /// The model and its replica, as remote storage knows it.
  public let remoteModel: String
  /// The folder that models would be cached in.
  public let modelCache: String
  /// The number of stages.
  public let pipelineSize: Int
  /// The stage.
  public let rank: Int
  /// The number of stages after consolidation; 1 for a worker that will serve alone.
  public let destinationPipelineSize: Int
  /// The GPU memory that it may use.
  public let gpuMemory: ByteCount
  /// The address of the storage agent on its node.
  public let storageAddress: String
  /// Requests per batch.
  public let batchSize: Int
  /// The longest prompt and answer together, in tokens.
  public let longestSequence: Int
  /// Whether the runtime starts before the weights are there (all but Serverless vLLM).
  public let preinitialises: Bool

  /// Reads the environment of a pod.
  ///
  /// - Throws: ``WireError/badVariable(name:value:allowed:)``.
  public init(environment: [String: String]) throws(WireError) {
    func text(_ name: String, _ allowed: String) throws(WireError) -> String {
      guard let value = environment[name], !value.isEmpty else {
        throw .badVariable(name: name, value: environment[name], allowed: allowed)
      }
      return value
    }
    func whole(_ name: String, _ range: ClosedRange<Int>, default standard: Int? = nil) throws(WireError) -> Int {
      let allowed =
        range.upperBound == .max
        ? "a whole number from \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
      guard let value = environment[name] else {
        guard let standard else { throw .badVariable(name: name, value: nil, allowed: allowed) }
        return standard
      }
      guard let number = Int(value), range.contains(number) else {
        throw .badVariable(name: name, value: value, allowed: allowed)
      }
      return number
    }
    model = try text("MODEL_ID", "the name of a model")
    remoteModel = try text("REMOTE_MODEL_ID", "the name of a model and its replica")
    modelCache = environment["MODELSCOPE_CACHE"] ?? "/mnt/model-cache"
    pipelineSize = try whole("PP_SIZE", 1...Int.max)
    rank = try whole("PP_RANK", 0...(pipelineSize - 1))
    destinationPipelineSize = try whole("DEST_PP_SIZE", 1...pipelineSize)
    gpuMemory = .gigabytes(Double(try whole("TOTAL_GPU", 1...Int.max)))
    storageAddress = try text("STORAGE_IP", "the address of the storage agent")
    batchSize = try whole("BATCH_SIZE", 1...Int.max, default: 8)
    longestSequence = try whole("MAX_MODEL_LEN", 1...Int.max, default: 3072)
    preinitialises = try whole("NO_PRE_INIT", 0...1, default: 0) == 0
  }
}
