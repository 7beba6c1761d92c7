import Scheduling
import ServingModel
import WorkloadGeneration

/// What a deployment is put together for.
public enum Experiment: Hashable, Sendable {
  /// One request at a time, each a cold start (Figure 7).
  case coldStart
  /// An hour of a production workload (Figures 9, 11 and 13).
  case endToEnd
}

/// One run of the end-to-end experiment: a serving system, a burstiness and a request rate.
public struct EndToEndSetting: ExperimentSetting {
  /// The name of the experiment.
  public static let experiment = "endtoend"

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
    "\(Self.experiment)/\(system.rawValue)/\(workloadName)"
  }

  /// CV and rate, as folders and files are named by them.
  var workloadName: String {
    "cv\(cvText)-rate\(rateText)"
  }

  /// A number as command lines and folders have it: `8`, not `8.0`.
  package static func text(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }

  /// The CV as command lines and folders have it.
  public var cvText: String { Self.text(cv) }
  /// The rate as command lines and folders have it.
  public var rateText: String { Self.text(requestsPerSecond) }

  /// The four settings of Figure 11.
  public static let figure11: [EndToEndSetting] = systems.map { figure11(of: $0) }
  /// The two settings that Figure 13 compares.
  public static let figure13 = figure11.filter { [.serverlessVLLM, .hydraServe].contains($0.system) }

  /// The 36 settings of Figure 9.
  public static let figure9: [EndToEndSetting] = figure9(of: systems)

  /// The settings that Figure 9 has, or would have, of some systems.
  public static func figure9(of systems: [ServingSystem]) -> [EndToEndSetting] {
    systems.flatMap { system in
      [8.0, 4, 2].flatMap { cv in
        [0.6, 0.7, 0.8].map { EndToEndSetting(system: system, cv: cv, requestsPerSecond: $0) }
      }
    }
  }

  /// The setting that Figures 11 and 13 have, or would have, of a system.
  public static func figure11(of system: ServingSystem) -> EndToEndSetting {
    EndToEndSetting(system: system, cv: 8, requestsPerSecond: 0.6)
  }
}

extension EndToEndSetting {
  /// The name of the set of models that is deployed.
  public var modelSet: String { Self.modelSet }
  /// The name of the backend that is used.
  public var backend: String { Self.backend }

  /// The command that starts the setting's server.
  public var startCommand: String {
    "start-server 1 \(system.rawValue) \(modelSet) \(backend) \(cvText) \(rateText)"
  }

  /// The command that runs the setting.
  public var command: String {
    "end2end \(system.rawValue) \(cvText) \(rateText)"
  }

  /// The seeds and the generator of the workload; its parameters are part of the configuration.
  public func furtherInputs(of inputs: RunInputs) -> [String] {
    inputs.seeds.map(String.init) + [inputs.workloadName]
  }

  /// The system put together for the setting.
  public func deployment(configuration: Configuration, rules: ControlPlaneRules) throws -> ServingDeployment {
    try ServingDeployment(endToEnd: self, configuration: configuration, rules: rules)
  }

  /// The result in a folder.
  public func stored(in folder: String) throws -> StoredEndToEnd {
    let summary = try JSONText.read(
      EndToEndSummaryFile.self, from: "\(folder)/summary.json", expected: "a summary of an end-to-end run")
    let files = try StoredFiles(of: self, in: folder, kind: "an end-to-end run")
    guard summary.status == "complete", files.isOfSetting, files.setting.cv == cv,
      files.setting.requestsPerSecond == requestsPerSecond, let seeds = summary.wholeSeeds, !seeds.isEmpty
    else {
      throw ExperimentError.malformed(path: "\(folder)/summary.json", line: 1, expected: "the result of \(self)")
    }
    return StoredEndToEnd(
      setting: self, source: summary.source, inputHash: files.setting.inputHash, build: files.provenance.build,
      image: files.provenance.image,
      seeds: seeds)
  }
}

extension SettingFile {
  /// The inputs of an end-to-end run.
  init(endToEnd setting: EndToEndSetting, inputs: RunInputs) {
    self.init(setting, inputs: inputs)
    cv = setting.cv
    requestsPerSecond = setting.requestsPerSecond
    seeds = inputs.seeds
    workload = inputs.workloadName
  }
}

extension EndToEndSetting {
  /// The setting as messages name it.
  public var description: String {
    "\(system.rawValue), CV \(Self.text(cv)), \(Self.text(requestsPerSecond)) req/s"
  }
}
