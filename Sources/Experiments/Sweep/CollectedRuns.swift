/// A cold-start setting that was run elsewhere.
struct CollectedColdStartRun: ExperimentRun {
  let setting: ColdStartSetting
  let inputs: RunInputs
  let circumstances: RunCircumstances
  /// What the run itself wrote.
  let files: [RunFile]

  func files(for shelf: RecordStore.Shelf) throws -> [RunFile] {
    [
      RunFile("setting.json", try JSONText.pretty(SettingFile(setting, inputs: inputs))),
      RunFile("provenance.json", try JSONText.pretty(ProvenanceFile(inputs, circumstances, on: shelf))),
      RunFile("config.resolved.yaml", inputs.configuration.resolvedText),
    ] + files
  }
}

/// An end-to-end setting whose seeds were run elsewhere.
struct CollectedEndToEndRun: ExperimentRun {
  /// The experiment of the first seed, which is not run again.
  let experiment: EndToEndExperiment
  /// What the seeds gave, in their order.
  let parts: [EndToEndPart]
  let inputs: RunInputs
  let circumstances: RunCircumstances

  var setting: EndToEndSetting { experiment.setting }

  func files(for shelf: RecordStore.Shelf) throws -> [RunFile] {
    try EndToEndPart.files(
      of: parts, setting: setting, inputs: inputs, provenance: ProvenanceFile(inputs, circumstances, on: shelf))
  }

  func sharedFile(for shelf: RecordStore.Shelf) -> SharedFile? {
    experiment.sharedFile(for: shelf)
  }
}
