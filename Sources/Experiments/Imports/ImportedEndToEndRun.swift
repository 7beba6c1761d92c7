import FoundationEssentials
import ResultAnalysis
import ServingModel

/// A run of the published artifact on a real cluster, taken from its logs: a result of kind `measured`, which figures
/// take like any other.
public struct ImportedEndToEndRun: ExperimentRun {
  /// What was run.
  public let setting: EndToEndSetting
  /// The requests.
  public let run: ImportedRun
  private let analysis: RunSummary
  private let deployments: [ModelDeployment]
  private let inputs: RunInputs
  private let files: ArtifactFiles
  private let circumstances: RunCircumstances

  /// Takes a run from its files.
  ///
  /// Where the arrivals are unknown every request counts as sent at 0 and rates over time are left out.
  ///
  /// - Throws: ``UsageError`` for logs that make no run of the end-to-end model set.
  public init(_ files: ArtifactFiles, setting: EndToEndSetting, inputs: RunInputs, build: String) throws {
    let startedAt = Date()
    deployments = try setting.deployment(configuration: inputs.configuration, rules: inputs.rules.rules).deployments
    do {
      run = try ImportedRun(log: files.requestLog, costInputs: files.costInputs, deployments: deployments)
    } catch {
      throw UsageError(error.description)
    }
    analysis = RunSummary(records: run.records, deployments: deployments, span: run.hasArrivals ? nil : .zero)
    self.setting = setting
    self.inputs = inputs
    self.files = files
    circumstances = RunCircumstances(build: build, startedAt: startedAt, endedAt: Date())
  }

  /// The numbers of the run, to be printed or written.
  public var report: EndToEndReport {
    let costs = (run.costsPerRequest ?? []).map { ($0.name, $0.value) }
    let summary = EndToEndSummary(
      analysis, publishedCost: Dictionary(costs, uniquingKeysWith: { first, _ in first }), seed: 0)
    return EndToEndReport(seeds: [(summary, analysis)], source: .measured)
  }

  /// The files of the run; there are no events, as the logs hold only some of them.
  public func files(for shelf: RecordStore.Shelf) throws -> [RunFile] {
    var setting = SettingFile(self.setting, inputs: inputs, cluster: Self.cluster)
    setting.cv = self.setting.cv
    setting.requestsPerSecond = self.setting.requestsPerSecond
    var provenance = ProvenanceFile(inputs, circumstances, on: shelf, cluster: Self.cluster)
    provenance.importedFrom = files.sources.map {
      ProvenanceFile.SourceFile(role: $0.role, path: $0.path, checksum: $0.checksum)
    }
    return [
      RunFile("setting.json", try JSONText.pretty(setting)), RunFile("requests.jsonl", requestLines),
      RunFile("summary.json", try report.json()), RunFile("provenance.json", try JSONText.pretty(provenance)),
      RunFile("config.resolved.yaml", inputs.configuration.resolvedText),
    ]
  }

  /// The artifact runs on Kubernetes only.
  private static let cluster = "kubernetes"

  private var requestLines: String {
    var lines = JSONLines()
    for record in run.records {
      let deployment = deployments[record.request.deployment]
      var line = RequestLine(record, model: deployment.name.description)
      line.application = deployment.application
      line.append(to: &lines)
    }
    return lines.text
  }
}
