import ClusterSimulation

/// What one seed of an end-to-end setting contributes to the files of a run: the same text wherever it was run.
struct EndToEndPart: Sendable {
  /// Its numbers.
  let numbers: EndToEndSeedResult
  /// Its lines of `requests.jsonl`.
  let requests: String
  /// The text of `events.jsonl`, which is the first seed's; `nil` for the others.
  let events: String?

  init(numbers: EndToEndSeedResult, requests: String, events: String?) {
    self.numbers = numbers
    self.requests = requests
    self.events = events
  }

  /// The part of a seed that was run here.
  ///
  /// - Parameter log: everything that happened, for the first seed.
  init(_ seed: EndToEndRun.Seed, of deployment: ServingDeployment, log: RunLog?) {
    numbers = EndToEndSeedResult(seed.summary, seed.analysis)
    let deployments = deployment.deployments.map { ($0.name.description, $0.application) }
    var lines = JSONLines()
    lines.reserve(seed.requests.count * 320)
    for record in seed.requests {
      let (model, application) = deployments[record.request.deployment]
      var line = RequestLine(record, model: model)
      line.application = application
      line.seed = seed.summary.seed
      line.append(to: &lines)
    }
    requests = lines.text
    events = log.map { EventLine.text(of: $0, deployment: deployment) }
  }

  /// The files that say what was run and where.
  static func commonFiles(
    setting: EndToEndSetting, inputs: RunInputs, provenance: ProvenanceFile
  ) throws -> [RunFile] {
    [
      RunFile("setting.json", try JSONText.pretty(SettingFile(endToEnd: setting, inputs: inputs))),
      RunFile("provenance.json", try JSONText.pretty(provenance)),
    ]
  }

  /// The files of a user's own run, put together from its seeds in their order.
  ///
  /// - Precondition: there is at least one part, and all have the same shape.
  static func files(
    of parts: [EndToEndPart], setting: EndToEndSetting, inputs: RunInputs, provenance: ProvenanceFile
  ) throws -> [RunFile] {
    let summary = EndToEndSummaryFile(source: inputs.source, seeds: parts.map(\.numbers))
    return try commonFiles(setting: setting, inputs: inputs, provenance: provenance) + [
      RunFile("requests.jsonl", parts.map(\.requests).joined()),
      RunFile("events.jsonl", parts.compactMap(\.events).joined()),
      RunFile("summary.json", try JSONText.pretty(summary)),
      RunFile("config.resolved.yaml", inputs.configuration.resolvedText),
    ]
  }
}
