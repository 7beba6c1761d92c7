import ClusterSimulation
import Quantities
import ResultAnalysis
import Scheduling
import ServingModel

/// The cold-start experiment.
public struct ColdStartExperiment: Sendable {
  /// What was run.
  public let setting: ColdStartSetting
  /// What it was run on.
  public let deployment: ServingDeployment
  /// Who sends what.
  public let client: ColdStartClient
  private let parameters: Configuration.ColdStart

  /// What a run gives.
  public struct Result: Sendable {
    /// The measurements of each model, in the order of the model set.
    public let models: [ColdStartMeasurements]
    /// What each request was for, by request number from 1.
    public let steps: [ColdStartStep]
    /// Everything that happened.
    public let log: RunLog
  }

  /// An experiment that is ready to run.
  ///
  /// - Throws: ``UsageError`` for a setting that cannot be run, ``ExperimentError`` when its machines do not suffice.
  public init(
    setting: ColdStartSetting, configuration: Configuration, rules: ControlPlaneRules = .published
  ) throws {
    self.setting = setting
    self.deployment = try ServingDeployment(coldStart: setting, configuration: configuration, rules: rules)
    self.client = try ColdStartClient(deployment: deployment, parameters: configuration.coldStart)
    self.parameters = configuration.coldStart
  }

  /// Runs in virtual time, from the start of the server until the last instance has ended.
  ///
  /// - Throws: ``ExperimentError`` when a measured request failed or was no cold start, or the longest run was too short;
  ///   ``UsageError`` when a policy of the user's own failed.
  public func run() throws -> Result {
    let cluster = deployment.simulatedCluster()
    let settle = max(parameters.pause * 2, Self.longestIdleTime + cluster.hardware.podDeletion * 2)
    var simulation = Simulation(cluster: cluster, controlPlane: deployment.controlPlane(), source: client)
    let log = simulation.run(settle: settle, limit: Self.longestRun)
    if let failure = log.failure { throw UsageError(failure) }
    let result = try result(of: log)
    guard simulation.heldMemoryGB == 0 || !ServingSystem.published.contains(setting.system) else {
      precondition(log.end == Self.longestRun, "all GPU memory is free after every instance has ended")
      throw ExperimentError.instancesRemain(hours: 24)
    }
    return result
  }

  /// What a run has given, on whichever cluster it was.
  ///
  /// - Throws: ``ExperimentError`` when a measured request failed or was no cold start.
  public func result(of log: RunLog) throws -> Result {
    Result(models: try measurements(in: log), steps: client.items.map(\.step), log: log)
  }

  /// Twice the time after which an idle instance ends.
  private static let longestIdleTime = Duration.seconds(60)

  /// A day: longer than any experiment that makes sense, so a configuration that never answers ends all the same.
  static let longestRun = Timestamp.zero + .seconds(86_400)

  private func measurements(in log: RunLog) throws -> [ColdStartMeasurements] {
    try (0..<deployment.measuredCount).map { model in
      let name = deployment.deployments[model].name.model
      let measured = client.items.filter { item in
        guard case .measure = item.step else { return false }
        return item.request.deployment == model
      }
      return ColdStartMeasurements(model: name, samples: try measured.map { try sample(of: $0, model: name, in: log) })
    }
  }

  private func sample(
    of item: ColdStartClient.Item, model: String, in log: RunLog
  ) throws -> ColdStartMeasurements.Sample {
    let id = item.request.id
    guard let record = log.requests.first(where: { $0.request.id == id }) else {
      throw ExperimentError.measurementFailed(model: model, reason: "the run ended before its request was sent.")
    }
    switch record.outcome {
    case .failed(let reason): throw ExperimentError.measurementFailed(model: model, reason: reason)
    case .unfinished, .cancelled:
      throw ExperimentError.measurementFailed(model: model, reason: "the run ended before its answer was complete.")
    case .completed: break
    }
    guard let ttft = record.timeToFirstToken else {
      throw ExperimentError.measurementFailed(model: model, reason: "its answer had no token.")
    }
    guard record.metColdStart else { throw ExperimentError.measurementWasWarm(model: model) }
    return ColdStartMeasurements.Sample(timeToFirstToken: ttft, timePerOutputToken: record.timePerOutputToken)
  }
}
