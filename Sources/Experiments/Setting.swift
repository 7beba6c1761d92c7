import ServingModel

/// One run of the cold-start experiment: a serving system, a set of models and a backend.
public struct ColdStartSetting: Hashable, Sendable {
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
    return order.flatMap { system in
      [("0", "a10"), ("0", "v100"), ("1", "v100")].map {
        ColdStartSetting(system: system, modelSet: $0.0, backend: $0.1)
      }
    }
  }()

  /// The folder of the setting's results, relative to a folder of results.
  public var folder: String {
    "coldstart/\(system.rawValue)/set\(modelSet)-\(backend)"
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

extension ColdStartSetting: CustomStringConvertible {
  /// The setting as messages name it.
  public var description: String {
    "\(system.rawValue), model set \(modelSet), \(backend)"
  }
}
