import ServingModel
import Testing

@testable import Experiments

/// What `docs/your-own-policy.md` says of the worked example, in one of Figure 9's settings.
@Suite struct PrewarmingTests {
  // Seeds that the policy's numbers were not chosen with.
  @Test func `prewarming brings more first tokens in time than HydraServe`() throws {
    let configuration = try Samples.configuration()
    let inputs = RunInputs(configuration: configuration, seed: 101, seedCount: 2, rules: .published)
    let runner = EndToEndRunner(store: RecordStore(folder: "/nowhere"), inputs: inputs, build: "this build")
    let percent = try [configuration.policy("prewarm").system, .hydraServe].map { system in
      let run = try runner.run(EndToEndSetting(system: system, cv: 2, requestsPerSecond: 0.6))
      return try run.seeds.reduce(0.0) { $0 + (try #require($1.summary.total.ttftAttainmentPercent)) } / 2
    }
    #expect(percent[0] > percent[1], "\(percent)")
  }
}
