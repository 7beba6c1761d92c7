import GoldenData
import ServingModel
import Testing

@testable import Experiments

@Suite struct RunFilesTests {
  private static func file(_ name: String, on shelf: RecordStore.Shelf) throws -> JSONValue? {
    try Samples.run().files(for: shelf).first { $0.name == name }.map { try JSONValue.parsing($0.text) }
  }

  @Test func `an own run has six files, a precomputed one four`() throws {
    let run = try Samples.run()
    #expect(
      try run.files(for: .runs).map(\.name) == [
        "setting.json", "requests.jsonl", "summary.json", "provenance.json", "events.jsonl", "config.resolved.yaml",
      ])
    #expect(
      try run.files(for: .precomputed).map(\.name)
        == ["setting.json", "requests.jsonl", "summary.json", "provenance.json"])
  }

  @Test func `an own run says which program made it where and when, a precomputed one does not`() throws {
    let own = try #require(try Self.file("provenance.json", on: .runs))
    #expect(try own["build"].string == "this build")
    #expect(try !own["host"].string.isEmpty)
    #expect(try own["started_at"].string <= own["ended_at"].string)
    let precomputed = try #require(try Self.file("provenance.json", on: .precomputed))
    #expect(
      try precomputed.object.map(\.key).sorted() == ["cluster", "schema_version", "seed", "toolkit_version"])
  }

  @Test func `the summary has every sample and the paper's aggregate of them`() throws {
    let summary = try #require(try Self.file("summary.json", on: .runs))
    #expect(try summary["status"].string == "complete")
    #expect(try summary["source"].string == "simulated")
    #expect(try summary["aggregator"].string == "paper")
    for model in try summary["models"].array {
      let samples = try model["samples"].array.map { try $0["ttft_s"].double }
      #expect(samples.count == 3)
      let largest = try #require(samples.max())
      // The published client: the sum without the largest, halved.
      #expect(try GoldenData.agree(model["ttft_s"].double, (samples.reduce(0, +) - largest) / 2))
    }
  }

  @Test func `the hash changes with everything that goes into a run, and with nothing else`() throws {
    let inputs = try Samples.inputs()
    let hash = inputs.hash(of: Samples.setting)
    #expect(try hash == Samples.inputs().hash(of: Samples.setting))
    #expect(hash.count == 16)
    let changed = try ScratchFolder.with {
      try Configuration.load(userFile: $0.write("coldstart: {pause_s: 36}\n", to: "my.yaml"))
    }
    let others = [
      inputs.hash(of: Samples.setting(.serverlessVLLM)), inputs.hash(of: Samples.setting(.hydraServe, "0", "v100")),
      inputs.hash(of: Samples.setting(.hydraServe, "2")), try Samples.inputs(seed: 2).hash(of: Samples.setting),
      RunInputs(configuration: inputs.configuration, seed: 1, rules: .corrected).hash(of: Samples.setting),
      RunInputs(configuration: changed, seed: 1, rules: .published).hash(of: Samples.setting),
    ]
    #expect(Set(others + [hash]).count == 7)
  }

  @Test func `the hash is the published FNV-1a of 64 bits`() {
    // The function's own test vectors: nothing, and the byte of "a".
    #expect(StableHash().hexadecimal == "cbf29ce484222325")
    var hash = StableHash()
    hash.add(UInt8(ascii: "a"))
    #expect(hash.hexadecimal == "af63dc4c8601ec8c")
  }

  @Test func `texts that differ only in where they are cut have different hashes`() {
    var (one, other) = (StableHash(), StableHash())
    for text in ["ab", "c"] { one.add(text) }
    for text in ["a", "bc"] { other.add(text) }
    #expect(one.hexadecimal != other.hexadecimal)
  }

  @Test func `the program that runs is told apart by its own bytes`() throws {
    #expect(try BuildIdentity.ofThisProgram() == BuildIdentity.ofThisProgram())
    #expect(try BuildIdentity.ofThisProgram() != StableHash().hexadecimal)
  }
}
