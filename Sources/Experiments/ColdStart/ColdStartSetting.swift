import Scheduling
import ServingModel

/// One run of the cold-start experiment: a serving system, a set of models and a backend.
public struct ColdStartSetting: ExperimentSetting {
  /// The name of the experiment.
  public static let experiment = "coldstart"

  /// The serving system that is measured.
  public let system: ServingSystem
  /// The name of the set of models that is deployed.
  public let modelSet: String
  /// The name of the backend: a testbed and which of its GPUs are used.
  public let backend: String

  /// A setting.
  public init(system: ServingSystem, modelSet: String, backend: String) {
    self.system = system
    self.modelSet = modelSet
    self.backend = backend
  }

  /// The systems of Figure 7, in the order of its bars.
  public static let figure7Systems: [ServingSystem] = [
    .serverlessVLLM, .serverlessLLM, .serverlessLLMWithCachedModel, .hydraServeWithSingleWorker, .hydraServe,
  ]

  /// The 15 settings of Figure 7, in the order in which the published script runs them.
  ///
  /// Set 1 is not run on A10: its models do not fit.
  public static let figure7: [ColdStartSetting] = {
    let order: [ServingSystem] = [
      .serverlessVLLM, .hydraServeWithSingleWorker, .hydraServe, .serverlessLLM, .serverlessLLMWithCachedModel,
    ]
    return order.flatMap { figure7(of: $0) }
  }()

  /// The settings that Figure 7 has, or would have, of a system.
  public static func figure7(of system: ServingSystem) -> [ColdStartSetting] {
    [("0", "a10"), ("0", "v100"), ("1", "v100")].map {
      ColdStartSetting(system: system, modelSet: $0.0, backend: $0.1)
    }
  }

  /// The folder of the setting's results, relative to a folder of results.
  public var folder: String {
    "\(Self.experiment)/\(system.rawValue)/set\(modelSet)-\(backend)"
  }

  /// The command that starts the setting's server.
  public var startCommand: String {
    "start-server 0 \(system.rawValue) \(modelSet) \(backend) 0 0"
  }

  /// The command that runs the setting.
  public var command: String {
    "coldstart \(system.rawValue) \(modelSet) \(backend)"
  }
}

extension ColdStartSetting {
  /// Nothing more.
  public func furtherInputs(of inputs: RunInputs) -> [String] { [] }

  /// The system put together for the setting.
  public func deployment(configuration: Configuration, rules: ControlPlaneRules) throws -> ServingDeployment {
    try ServingDeployment(coldStart: self, configuration: configuration, rules: rules)
  }

  /// The result in a folder.
  public func stored(in folder: String) throws -> StoredColdStart {
    let summary = try JSONText.read(
      ColdStartSummary.self, from: "\(folder)/summary.json", expected: "a summary of a cold-start run")
    let files = try StoredFiles(of: self, in: folder, kind: "a cold-start run")
    guard summary.status == "complete", files.isOfSetting else {
      throw ExperimentError.malformed(path: "\(folder)/summary.json", line: 1, expected: "the result of \(self)")
    }
    return StoredColdStart(
      source: summary.source, inputHash: files.setting.inputHash, build: files.provenance.build,
      image: files.provenance.image,
      ttftSeconds: summary.models.map { ($0.model, $0.ttft) })
  }
}

extension ColdStartSetting {
  /// The setting as messages name it.
  public var description: String {
    "\(system.rawValue), model set \(modelSet), \(backend)"
  }
}

/// A result of a cold-start setting as it was found in a folder of results.
public struct StoredColdStart: StoredResult {
  /// How it came to be.
  public let source: ResultSource
  /// The hash of everything that went into it.
  public let inputHash: String
  /// Which build of which program made it; `nil` for a precomputed one.
  public let build: String?
  /// The image whose containers made it; `nil` where none did.
  public let image: String?
  /// TTFT of each model, in the order of the model set.
  public let ttftSeconds: [(model: String, ttft: Double)]
}
