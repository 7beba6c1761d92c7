import ServingModel
import Testing

@testable import Experiments

@Suite struct ColdStartExperimentTests {
  private static func run(_ yaml: String, modelSet: String = "0") throws -> ColdStartExperiment.Result {
    try ScratchFolder.with { folder in
      let configuration = try Configuration.load(userFile: folder.write(yaml, to: "my.yaml"))
      let setting = Samples.setting(.hydraServe, modelSet)
      return try ColdStartExperiment(setting: setting, configuration: configuration).run()
    }
  }

  @Test(arguments: ColdStartSetting.figure7)
  func `every measurement is a cold start and every request completes`(setting: ColdStartSetting) throws {
    let result = try ColdStartExperiment(setting: setting, configuration: Samples.configuration()).run()
    #expect(result.log.requests.count == result.steps.count)
    for record in result.log.requests {
      #expect(record.outcome == .completed)
      if case .measure = result.steps[record.request.id - 1] { #expect(record.metColdStart) }
    }
    #expect(try result.models.map(\.model) == Samples.configuration().modelSet(setting.modelSet).map(\.model))
    #expect(result.models.allSatisfy { $0.samples.count == 3 })
  }

  @Test func `a pause that lets the instance live makes no cold start, and the sentence says what to change`() {
    #expect(throws: ExperimentError.measurementWasWarm(model: "facebook/opt-2.7b")) {
      try Self.run("coldstart: {pause_s: 5}\n")
    }
    #expect(
      ExperimentError.measurementWasWarm(model: "m").description
        == "A measurement of m met a running instance, so it is no cold start; raise `coldstart.pause_s`.")
  }

  @Test func `a run that would take more than a day ends with a sentence`() {
    #expect(
      throws: ExperimentError.measurementFailed(
        model: "facebook/opt-2.7b", reason: "the run ended before its request was sent.")
    ) { try Self.run("coldstart: {begin_s: 1000000}\n") }
    #expect(
      throws: ExperimentError.measurementFailed(
        model: "facebook/opt-2.7b", reason: "the run ended before its answer was complete.")
    ) { try Self.run("hardware: {response_path_ms: 3600000}\ncoldstart: {begin_s: 85000}\n") }
  }

  @Test func `pods that take a day to go are not a crash`() {
    #expect(throws: ExperimentError.instancesRemain(hours: 24)) {
      try Self.run(
        """
        hardware: {pod_deletion_s: 100000}
        coldstart: {measurements: 1}
        model_sets:
          one: [{model: facebook/opt-2.7b, ttft_slo_ms: 9000, tpot_slo_ms: 200}]
        """, modelSet: "one")
    }
  }

  @Test func `the published rules and the corrected ones both run`() throws {
    let configuration = try Samples.configuration()
    for rules in RulesName.allCases {
      let experiment = try ColdStartExperiment(
        setting: Samples.setting, configuration: configuration, rules: rules.rules)
      #expect(try experiment.run().models.count == 5)
    }
  }
}
