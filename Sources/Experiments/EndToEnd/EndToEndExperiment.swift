import ClusterSimulation
import Quantities
import ResultAnalysis
import Scheduling
import ServingModel
import WorkloadGeneration

/// The end-to-end experiment: an hour of a production workload.
public struct EndToEndExperiment: Sendable {
  /// What was run.
  public let setting: EndToEndSetting
  /// What it was run on.
  public let deployment: ServingDeployment
  /// What the clients send.
  public let workload: Workload
  /// What the systems that are compared have in common of it.
  let sample: ProductionSample
  private let clientPatience: Duration?

  /// What a run gives.
  public struct Result: Sendable {
    /// Attainment, latencies and counts, in total, by application and by model.
    public let summary: RunSummary
    /// Cost per request of each deployment as the published analysis computes it, in GB·s; `nil` without a request.
    public let publishedCostPerRequest: [Double?]
    /// Everything that happened.
    public let log: RunLog
  }

  /// An experiment that is ready to run, with arrivals that several systems share.
  ///
  /// - Throws: ``UsageError`` for a setting that cannot be run and for a user's trace that is refused,
  ///   ``ExperimentError`` when its machines do not suffice.
  public init(
    setting: EndToEndSetting, seed: UInt64, samples: ProductionSamples, configuration: Configuration,
    rules: ControlPlaneRules
  ) throws {
    try self.init(
      setting: setting,
      deployment: try ServingDeployment(endToEnd: setting, configuration: configuration, rules: rules), seed: seed,
      samples: samples, configuration: configuration)
  }

  /// An experiment on a deployment of its own, whose machines and models need not be those of the setting.
  ///
  /// - Throws: ``UsageError`` for a setting that cannot be run and for a user's trace that is refused.
  public init(
    setting: EndToEndSetting, deployment: ServingDeployment, seed: UInt64, samples: ProductionSamples,
    configuration: Configuration
  ) throws {
    let models = deployment.deployments.map(\.name.description)
    // A model without one of the workload's applications is asked as a chatbot is.
    let applications = deployment.deployments.map { $0.application.flatMap(Application.init(rawValue:)) ?? .chatbot }
    let sample = try samples.sample(setting, seed: seed, models: models).spread(over: applications)
    try self.init(setting: setting, deployment: deployment, sample: sample, configuration: configuration)
  }

  private init(
    setting: EndToEndSetting, deployment: ServingDeployment, sample: ProductionSample, configuration: Configuration
  ) throws {
    self.clientPatience = configuration.endToEnd.clientPatience
    self.setting = setting
    self.deployment = deployment
    self.sample = sample
    do {
      self.workload = try sample.workload(outputPurpose: Self.outputPurpose(of: setting.system))
    } catch {
      throw UsageError(error.description)
    }
  }

  /// The name of the random stream of a system's answers: models answer anew in each system that is compared.
  static func outputPurpose(of system: ServingSystem) -> String {
    "outputs of \(system.rawValue)"
  }

  /// Runs in virtual time until every request has ended and every instance after it, or the clients give up.
  ///
  /// An own policy may keep instances for ever; its memory counts until the end of the run.
  public func run() -> Result {
    var simulation = Simulation(
      cluster: deployment.simulatedCluster(), controlPlane: deployment.controlPlane(), source: OpenLoop(requests))
    let log = simulation.run(settle: settling, limit: limit)
    let isPublished = ServingSystem.published.contains(setting.system)
    precondition(
      !isPublished || log.end == limit || simulation.heldMemoryGB == 0,
      "all GPU memory is free after every instance has ended")
    return result(of: log)
  }

  /// The requests as clients send them, numbered from 1.
  public var requests: [ScheduledRequest] {
    workload.requests.enumerated().map { index, request in
      ScheduledRequest(
        request: Request(
          id: index + 1, deployment: request.deployment, promptTokens: request.promptTokens,
          outputTokens: request.outputTokens),
        sendAt: request.sendAt, patience: clientPatience)
    }
  }

  /// When clients give up: half an hour after the last request, or after the hour of a run, as the published ones do.
  public var limit: Timestamp {
    max(workload.requests.last?.sendAt ?? .zero, .seconds(ProductionWorkload.runSeconds)) + Self.patience
  }

  /// What a run has given, on whichever cluster it was.
  public func result(of log: RunLog) -> Result {
    let count = deployment.deployments.count
    return Result(
      summary: RunSummary(
        records: log.requests, deployments: deployment.deployments, tokenGaps: log.tokenGaps,
        gpuMemoryTime: log.gpuMemoryTime(deploymentCount: count)),
      publishedCostPerRequest: PublishedCost.perRequest(log: log, deploymentCount: count), log: log)
  }

  /// Longer than any instance outlives its last request: ServerlessLLM ends one instance of a model in 30 s, and a model
  /// may hold as many as there are GPUs.
  public static let settling = Duration.seconds(900)

  /// The same where instances are kept for longer.
  private var settling: Duration {
    let published = Duration.seconds(30)
    guard let keepAlive = deployment.tuning.keepAlive, keepAlive > published else { return Self.settling }
    return Self.settling * (keepAlive / published)
  }

  static let patience = Duration.seconds(1800)
}
