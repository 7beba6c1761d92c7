import Quantities
import ServingModel
import Testing

@testable import Experiments

/// End-to-end runs of a user's own trace, named in the configuration.
@Suite struct UserTraceTests {
  private static let setting = EndToEndSetting(system: .hydraServe, cv: 8, requestsPerSecond: 0.6)

  /// What a run sends when the configuration names a trace of these lines.
  private func sent(_ lines: [String], seed: UInt64 = 1) throws -> [(model: String, at: Double, prompt: Int)] {
    try ScratchFolder.with { folder in
      let trace = try folder.write(lines.map { $0 + "\n" }.joined(), to: "my.jsonl")
      let yaml = try folder.write("endtoend: {trace: \(trace)}\n", to: "my.yaml")
      let inputs = RunInputs(configuration: try Configuration.load(userFile: yaml), seed: seed, rules: .published)
      let runner = EndToEndRunner(store: RecordStore(folder: "/nowhere"), inputs: inputs, build: "this build")
      let run = try runner.run(Self.setting)
      let names = run.experiment.deployment.deployments.map(\.name.description)
      #expect(run.seeds[0].requests.allSatisfy { $0.outcome == .completed })
      return run.seeds[0].requests.map {
        (names[$0.request.deployment], $0.sentAt.inSeconds, $0.request.promptTokens)
      }
    }
  }

  private static func line(_ milliseconds: Int, _ prompt: Int, model: String? = nil) -> String {
    let model = model.map { ", \"model\": \"\($0)\"" } ?? ""
    return "{\"timestamp\": \(milliseconds), \"input_length\": \(prompt), \"output_length\": 3\(model)}"
  }

  @Test func `requests without a model go to deployed ones at random, the same for the same seed`() throws {
    let lines = (0..<40).map { Self.line($0 * 1000, 10 + $0) }
    let first = try sent(lines)
    #expect(first.map(\.at) == (0..<40).map(Double.init))
    #expect(first.map(\.prompt) == (0..<40).map { 10 + $0 })
    #expect(Set(first.map(\.model)).count > 20)
    #expect(try sent(lines).map(\.model) == first.map(\.model))
    #expect(try sent(lines, seed: 2).map(\.model) != first.map(\.model))
  }

  @Test func `requests go to the deployed model that they name`() throws {
    let model = "modelscope/Llama-2-7b-chat-ms/3"
    let found = try sent([Self.line(0, 5, model: model), Self.line(70_000, 6, model: model)])
    #expect(found.map(\.model) == [model, model])
    #expect(found.map(\.at) == [0, 70])
  }

  @Test func `a trace that names a deployed model and another one is refused with the line`() {
    let lines = [
      Self.line(0, 5, model: "modelscope/Llama-2-7b-chat-ms/3"), Self.line(1, 5, model: "somebody/else"),
    ]
    let error = #expect(throws: UsageError.self) { try sent(lines) }
    #expect(error?.description.contains("somebody/else") == true)
  }

  @Test func `a run of another trace is another run`() throws {
    func hash(_ line: String) throws -> String {
      try ScratchFolder.with { folder in
        let trace = try folder.write(line + "\n", to: "my.jsonl")
        let yaml = try folder.write("endtoend: {trace: \(trace)}\n", to: "my.yaml")
        let inputs = RunInputs(configuration: try Configuration.load(userFile: yaml), seed: 1, rules: .published)
        return inputs.workloadName
      }
    }
    #expect(try hash(Self.line(0, 5)) != hash(Self.line(0, 6)))
  }
}
