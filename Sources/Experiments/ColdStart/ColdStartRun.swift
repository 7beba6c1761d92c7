import Scheduling

/// A cold-start experiment that has been run, with all that is written about it.
public struct ColdStartRun: ExperimentRun {
  /// The experiment.
  public let experiment: ColdStartExperiment
  /// What it gave.
  public let result: ColdStartExperiment.Result
  let inputs: RunInputs
  let circumstances: RunCircumstances

  /// A run.
  public init(
    experiment: ColdStartExperiment, result: ColdStartExperiment.Result, inputs: RunInputs,
    circumstances: RunCircumstances
  ) {
    self.experiment = experiment
    self.result = result
    self.inputs = inputs
    self.circumstances = circumstances
  }

  /// What was run.
  public var setting: ColdStartSetting { experiment.setting }

  /// The files of the run; a precomputed result has neither events nor a copy of the configuration.
  public func files(for shelf: RecordStore.Shelf) throws -> [RunFile] {
    var files = [
      RunFile("setting.json", try JSONText.pretty(SettingFile(setting, inputs: inputs))),
      RunFile("requests.jsonl", requestLines),
      RunFile("summary.json", try summaryJSON()),
      RunFile("provenance.json", try JSONText.pretty(ProvenanceFile(inputs, circumstances, on: shelf))),
    ]
    if shelf == .runs {
      files.append(RunFile("events.jsonl", EventLine.text(of: result.log, deployment: experiment.deployment)))
      files.append(RunFile("config.resolved.yaml", inputs.configuration.resolvedText))
    }
    return files
  }

  /// `summary.json`'s text.
  ///
  /// - Throws: never in practice; encoding numbers to JSON may by its type.
  public func summaryJSON() throws -> String {
    try JSONText.pretty(ColdStartSummary(result.models, source: inputs.source))
  }

  private var requestLines: String {
    let deployments = experiment.deployment.deployments
    var lines = JSONLines()
    for record in result.log.requests {
      var line = RequestLine(record, model: deployments[record.request.deployment].name.description)
      line.step = result.steps[record.request.id - 1]
      line.append(to: &lines)
    }
    return lines.text
  }
}
