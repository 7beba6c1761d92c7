import GoldenData
import ServingModel
import Testing

@testable import Experiments

@Suite struct ServerStateTests {
  private static func start(_ setting: ColdStartSetting, seed: UInt64 = 1, in results: String) throws {
    let inputs = try Samples.inputs(seed: seed)
    let deployment = try ServingDeployment(coldStart: setting, configuration: inputs.configuration)
    try ServerState(deployment: deployment, setting: setting, inputs: inputs).save(in: results)
  }

  private static func sentence(
    _ setting: ColdStartSetting, seed: UInt64 = 1, options: String = "", in results: String
  ) throws -> String? {
    let inputs = try Samples.inputs(seed: seed)
    let error = #expect(throws: ExperimentError.self) {
      try ServerState.check(setting, inputs: inputs, in: results, options: options)
    }
    return error?.description
  }

  @Test func `a server that was started is found by the client of its setting`() throws {
    try ScratchFolder.with { folder in
      try Self.start(Samples.setting, in: folder.path)
      try ServerState.check(Samples.setting, inputs: Samples.inputs(), in: folder.path)
    }
  }

  @Test func `without a server the client is told the command that starts it`() throws {
    try ScratchFolder.with { folder in
      #expect(
        try Self.sentence(Samples.setting, options: " --results r", in: folder.path)
          == "No server has been started for hydraserve, model set 0, a10; start it with "
          + "`start-server 0 hydraserve 0 a10 0 0 --results r`.")
      let files = try folder.files()
      #expect(files.isEmpty, "asking leaves nothing behind")
    }
  }

  @Test func `another server is named with the command that starts the right one`() throws {
    try ScratchFolder.with { folder in
      try Self.start(Samples.setting(.serverlessVLLM, "1", "v100"), in: folder.path)
      #expect(
        try Self.sentence(Samples.setting, in: folder.path)
          == "The server that was started is for serverless_vllm, model set 1, v100, not for hydraserve, model set 0, "
          + "a10; start the right one with `start-server 0 hydraserve 0 a10 0 0`.")
    }
  }

  @Test func `the same setting with another seed is another server`() throws {
    try ScratchFolder.with { folder in
      try Self.start(Samples.setting, in: folder.path)
      #expect(
        try Self.sentence(Samples.setting, seed: 2, options: " --seed 2", in: folder.path)
          == "The server that was started is for hydraserve, model set 0, a10, not for this configuration, seed, rules "
          + "and version of it; start the right one with `start-server 0 hydraserve 0 a10 0 0 --seed 2`.")
    }
  }

  @Test func `a foreign or truncated state is refused`() throws {
    try ScratchFolder.with { folder in
      try Self.start(Samples.setting, in: folder.path)
      let text = try folder.text("runs/state/server.json")
      for broken in ["", "null", "[]", String(text.prefix(text.count / 2))] {
        try folder.write(broken, to: "runs/state/server.json")
        #expect(
          try Self.sentence(Samples.setting, in: folder.path)
            == "\(folder.path)/runs/state/server.json:1 is not the state of a server; delete the file and run the "
            + "experiment again.")
      }
    }
  }

  @Test func `the state records the deployment and the resolved configuration`() throws {
    try ScratchFolder.with { folder in
      try Self.start(Samples.setting, in: folder.path)
      let state = try JSONValue.parsing(folder.text("runs/state/server.json"))
      #expect(try state["system"].string == "hydraserve")
      #expect(try state["backend"].string == "a10")
      #expect(try state["nodes"].array.map { try $0["name"].string } == ["a10-0", "a10-1", "a10-2", "a10-3"])
      // By hand: the two storage servers of 32 Gbps have the most left; then all servers have 16 and the first is taken.
      #expect(
        try state["nodes"].array.map { try $0["storage"].array.map { try $0.string } }
          == [["store-0"], ["store-1"], ["v100-0"], ["v100-1"]])
      #expect(try state["models"].array.first?.string == "facebook/opt-2.7b/0")
      #expect(try state["configuration"].string == Samples.configuration().resolvedText)
    }
  }
}
