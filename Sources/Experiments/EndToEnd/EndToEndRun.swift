import ClusterSimulation
import ResultAnalysis
import Scheduling
import ServingModel
import WorkloadGeneration

/// An end-to-end setting that has been run with one seed or several, with all that is written about it.
public struct EndToEndRun: ExperimentRun {
  /// What one seed gave.
  public struct Seed: Sendable {
    /// Its whole analysis.
    public let analysis: RunSummary
    /// What is kept of that.
    public let summary: EndToEndSummary
    /// Its requests, in the order in which they were sent.
    public let requests: [RequestRecord]

    init(_ result: EndToEndExperiment.Result, of experiment: EndToEndExperiment) {
      analysis = result.summary
      summary = EndToEndSummary(result, of: experiment)
      requests = result.log.requests
    }
  }

  /// The experiment of the first seed.
  public let experiment: EndToEndExperiment
  /// Everything that happened with the first seed.
  public let log: RunLog
  /// What each seed gave; at least one.
  public let seeds: [Seed]
  let inputs: RunInputs
  let circumstances: RunCircumstances

  init(
    experiment: EndToEndExperiment, log: RunLog, seeds: [Seed], inputs: RunInputs, circumstances: RunCircumstances
  ) {
    self.experiment = experiment
    self.log = log
    self.seeds = seeds
    self.inputs = inputs
    self.circumstances = circumstances
  }

  /// A run of one seed, on whichever cluster it was.
  public init(
    experiment: EndToEndExperiment, log: RunLog, inputs: RunInputs, circumstances: RunCircumstances
  ) {
    let result = experiment.result(of: log)
    self.init(
      experiment: experiment, log: log, seeds: [Seed(result, of: experiment)], inputs: inputs,
      circumstances: circumstances)
  }

  /// What was run.
  public var setting: EndToEndSetting { experiment.setting }

  /// The numbers of the run over its seeds, to be printed or written.
  public var report: EndToEndReport {
    EndToEndReport(seeds: seeds.map { ($0.summary, $0.analysis) }, source: inputs.source)
  }

  /// The files of the run; a precomputed result has the first seed's requests in columns and neither events nor a copy
  /// of the configuration.
  public func files(for shelf: RecordStore.Shelf) throws -> [RunFile] {
    let provenance = ProvenanceFile(inputs, circumstances, on: shelf)
    switch shelf {
    case .runs:
      return try EndToEndPart.files(of: parts, setting: setting, inputs: inputs, provenance: provenance)
    case .precomputed:
      let count = experiment.deployment.deployments.count
      var columns = RequestColumns(seeds[0].requests, seed: seeds[0].summary.seed)
      columns.add(
        gpuMemoryTime: log.gpuMemoryTime(deploymentCount: count) ?? [],
        publishedPerRequest: PublishedCost.perRequest(log: log, deploymentCount: count))
      return try EndToEndPart.commonFiles(setting: setting, inputs: inputs, provenance: provenance) + [
        RunFile("requests.json", try JSONText.lines([columns])), RunFile("summary.json", try report.compactJSON()),
      ]
    }
  }

  private var parts: [EndToEndPart] {
    seeds.enumerated().map { index, seed in
      EndToEndPart(seed, of: experiment.deployment, log: index == 0 ? log : nil)
    }
  }

  /// The workload of the first seed.
  public func sharedFile(for shelf: RecordStore.Shelf) -> SharedFile? {
    experiment.sharedFile(for: shelf)
  }
}

extension EndToEndExperiment {
  /// The arrivals, models and prompts, which are the same for every system.
  func sharedFile(for shelf: RecordStore.Shelf) -> SharedFile? {
    guard shelf == .runs else { return nil }
    return SharedWorkload(
      setting: setting, sample: sample, drawn: workload, deployments: deployment.deployments
    ).file
  }
}
