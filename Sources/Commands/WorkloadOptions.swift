import ArgumentParser
import CapacityPlanning
import Experiments

/// What clients send, in programs that simulate clusters of the user's own.
struct WorkloadOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Trace to send: requests as they are (ours, Mooncake, Azure LLM, BurstGPT), or an Azure Functions 2021 trace.",
      valueName: "file"))
  var trace: String?

  @Option(
    help: """
      Factor on the coefficient of variation of the gaps between arrivals of the production workload; above 0 and up to \
      100 (default: 8).
      """)
  var cv: Double?

  @Option(help: "Requests per second of the production workload; above 0 (default: 0.6).")
  var rate: Double?

  @Option(help: "Set of models that is deployed; another than 3 takes a trace of requests.")
  var modelSet = Scenario.productionModelSet

  init() {}

  /// A scenario with the workload; a system and servers are yet to be chosen.
  func scenario(inputs: RunInputs) throws -> Scenario {
    var configuration = inputs.configuration
    if let trace { configuration = try asUsage { try configuration.withTrace(trace) } }
    let isAsGiven = configuration.endToEnd.userTrace?.kind == .requests
    for (name, value) in [("--cv", cv), ("--rate", rate)] where isAsGiven && value != nil {
      throw ValidationError("\(name) shapes the production workload, and the trace is sent as it is; leave it out.")
    }
    _ = try asUsage { try configuration.modelSet(modelSet) }
    guard isAsGiven || modelSet == Scenario.productionModelSet else {
      throw ValidationError(
        "The model set is `\(modelSet)`; allowed without a trace of requests: \(Scenario.productionModelSet).")
    }
    return Scenario(
      system: EndToEndSetting.systems[0],
      fleet: try asUsage { try PaperFleet.endToEnd(configuration) },
      cv: try PlanningNames.number(cv ?? 8, "--cv", upTo: 100),
      requestsPerSecond: try PlanningNames.number(rate ?? 0.6, "--rate", upTo: 1e6), modelSet: modelSet,
      configuration: configuration, rules: inputs.rules)
  }
}

extension SharedOptions {
  /// The inputs of a program that only simulates.
  func planningInputs(seedCount: Int) throws -> RunInputs {
    if let cluster = namedCluster, cluster != .simulated {
      throw ValidationError("The cluster is `\(cluster.rawValue)`; allowed here: simulated.")
    }
    return try inputs(seedCount: seedCount)
  }
}
