import ServingModel

/// What a deployment is put together for.
public enum Experiment: Hashable, Sendable {
  /// One request at a time, each a cold start (Figure 7).
  case coldStart
  /// An hour of a production workload (Figures 9, 11 and 13).
  case endToEnd
}

/// One run of the end-to-end experiment: a serving system, a burstiness and a request rate.
public struct EndToEndSetting: Hashable, Sendable {
  /// The serving system that is measured.
  public let system: ServingSystem
  /// The factor on the coefficient of variation of the arrivals' gaps.
  public let cv: Double
  /// Mean requests per second.
  public let requestsPerSecond: Double

  /// A setting.
  public init(system: ServingSystem, cv: Double, requestsPerSecond: Double) {
    self.system = system
    self.cv = cv
    self.requestsPerSecond = requestsPerSecond
  }

  /// The set of models that is deployed.
  static let modelSet = "3"
  /// The backend that is used.
  static let backend = "hybrid"

  /// The systems of Figure 9.
  public static let systems: [ServingSystem] = [.serverlessVLLM, .serverlessLLM, .hydraServe, .hydraServeWithCache]

  /// The folder of the setting's results, relative to a folder of results.
  public var folder: String {
    "endtoend/\(system.rawValue)/cv\(Self.text(cv))-rate\(Self.text(requestsPerSecond))"
  }

  /// A number as command lines and folders have it: `8`, not `8.0`.
  static func text(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }

  /// The 36 settings of Figure 9.
  public static let figure9: [EndToEndSetting] = systems.flatMap { system in
    [8.0, 4, 2].flatMap { cv in
      [0.6, 0.7, 0.8].map { EndToEndSetting(system: system, cv: cv, requestsPerSecond: $0) }
    }
  }
}

extension EndToEndSetting: CustomStringConvertible {
  /// The setting as messages name it.
  public var description: String {
    "\(system.rawValue), CV \(Self.text(cv)), \(Self.text(requestsPerSecond)) req/s"
  }
}
