/// `POST /register`: ServerlessLLM's head is told of a model that it is to serve.
///
/// - Source: the published set-up's bodies, member by member.
public struct ServerlessLLMRegistration: Hashable, Sendable {
  /// Where the request goes.
  public static let path = "/register"
  /// The part of the folder of models that workers look for theirs in.
  public static let modelFolder = "vllm"
  /// What the head answers.
  public static let answer: JSON = ["status": "ok"]
  /// What models are run with, by the name of the member that says so.
  private static let backend = "vllm"
  private static let metric = "concurrency"
  private static let elementType = "float16"

  /// The name under which clients ask for the model: `vendor/name/replica`.
  public let model: String
  /// Requests that an instance takes at a time, which scaling aims for.
  public let concurrencyTarget: Int
  /// The fewest and the most instances.
  public let instances: ClosedRange<Int>
  /// The numbers of the workers that may run the model.
  public let targetNodes: [String]
  /// The folder of the model, as workers see it.
  public let modelPath: String

  /// A registration as published.
  public init(model: String, targetNodes: [String]) {
    self.model = model
    concurrencyTarget = 8
    instances = 0...100
    self.targetNodes = targetNodes
    modelPath = "/models/\(Self.modelFolder)/\(model)"
  }

  /// Reads the body.
  ///
  /// - Throws: ``WireError/wrongMember(name:expected:found:)`` for the first member that is missing or wrong.
  public init(body: JSON) throws(WireError) {
    model = try body.text("model")
    try body.check("backend", is: .string(Self.backend))
    try body.check("num_gpus", is: 1)
    let scaling = try body.object("auto_scaling_config")
    try scaling.check("metric", is: .string(Self.metric))
    concurrencyTarget = try scaling.whole("target", atLeast: 1)
    let fewest = try scaling.whole("min_instances")
    instances = fewest...(try scaling.whole("max_instances", atLeast: max(fewest, 1)))
    targetNodes = try body.object("placement_config").texts("target_nodes")
    let backend = try body.object("backend_config")
    modelPath = try backend.text("pretrained_model_name_or_path")
    _ = try backend.text("device_map")
    try backend.check("torch_dtype", is: .string(Self.elementType))
  }

  /// The body.
  public var body: JSON {
    [
      "model": .string(model), "backend": .string(Self.backend), "num_gpus": 1,
      "auto_scaling_config": [
        "metric": .string(Self.metric), "target": .integer(Int64(concurrencyTarget)),
        "min_instances": .integer(Int64(instances.lowerBound)), "max_instances": .integer(Int64(instances.upperBound)),
      ],
      "placement_config": ["target_nodes": .array(targetNodes.map(JSON.string))],
      "backend_config": [
        "pretrained_model_name_or_path": .string(modelPath), "device_map": "auto",
        "torch_dtype": .string(Self.elementType),
      ],
    ]
  }
}
