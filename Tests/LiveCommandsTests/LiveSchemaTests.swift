import Foundation
import GoldenData
import Testing
import WireProtocols

/// What live programs write is what the schemas in `docs/schemas` say, checked by `docs/schemas/validate.py`.
@Suite(.serialized, .timeLimit(.minutes(2)), .enabled(if: SchemaValidator.python != nil, "\(SchemaValidator.reason)"))
struct LiveSchemaTests {
  private func validate(_ user: LocalUser, _ schema: String, _ file: String) async throws -> LocalUser.Outcome {
    try await user.run(words: try #require(SchemaValidator.command(schema: schema, files: [file])))
  }

  @Test func `the load generator's files, with a request that failed among them`() async throws {
    // The server refuses what has no key; a run with it and one without are all kinds of lines.
    for (arguments, completed) in [(["--api-key-file", "key"], 3), ([], 0)] {
      let run = try await LoadgenProgramTests.run(trace: LoadgenProgramTests.trace, arguments: arguments)
      let user = try LocalUser()
      for (name, schema) in [("requests.jsonl", "loadgen-request-line"), ("summary.json", "loadgen-summary")] {
        try Data(try run.file(name)).write(to: user.folder.appendingPathComponent(name))
        let checked = try await validate(user, schema, name)
        #expect(checked.exitCode == 0, "\(completed) completed: \(checked.output)\(checked.errors)")
      }
      try user.remove()
    }
  }

  @Test func `a server's record, and the events and requests of cold starts on it`() async throws {
    let user = try LocalUser()
    _ = try await user.startServer("0 hydraserve one a10 0 0", options: "--config one.yaml")
    let record = try await validate(user, "live-server-state", "results/runs/state/live-server.json")
    #expect(record.exitCode == 0, "\(record.output)\(record.errors)")
    let measured = try await user.run("coldstart hydraserve one a10 --config one.yaml --cluster local")
    #expect(measured.exitCode == 0, "\(measured.errors)")
    let folder = "results/runs/coldstart/hydraserve/setone-a10"
    for (name, schema) in [
      ("setting.json", "setting"), ("requests.jsonl", "request-line"), ("events.jsonl", "event-line"),
      ("summary.json", "coldstart-summary"), ("provenance.json", "provenance"),
    ] {
      let checked = try await validate(user, schema, "\(folder)/\(name)")
      #expect(checked.exitCode == 0, "\(checked.output)\(checked.errors)")
    }
    _ = try await user.run("stop-server")
    try user.remove()
  }
}
