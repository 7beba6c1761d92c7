import ServingModel
import Testing

@testable import Experiments

@Suite struct SimulatedNodesTests {
  private static let names = ["a10-0", "a10-1"]

  @Test func `nodes fresh from the provider give whole GPUs, as ServerlessLLM wants them`() throws {
    try ScratchFolder.with { folder in
      let nodes = SimulatedNodes(results: folder.path)
      let (isolation, label) = try nodes.isolation(of: "a10-0")
      #expect(isolation == .exclusive && label == "ack.node.gpu.schedule=default (never labelled)")
      try nodes.check(Self.names, for: .serverlessLLM)
      try nodes.check(Self.names, for: .serverlessLLMWithCachedModel)
      let files = try folder.files()
      #expect(files.isEmpty, "asking leaves nothing behind")
    }
  }

  @Test(
    arguments: [
      (GPUIsolation.shared, SimulatedNodes.LabelKey.aliyun, "ack.node.gpu.schedule=cgpu"),
      (.exclusive, .aliyun, "ack.node.gpu.schedule=default"), (.shared, .generic, "gpushare=true"),
      (.exclusive, .generic, "gpushare=false"),
    ])
  func `a label is kept between commands`(isolation: GPUIsolation, key: SimulatedNodes.LabelKey, label: String) throws {
    try ScratchFolder.with { folder in
      try SimulatedNodes(results: folder.path).label(Self.names, isolation, key: key)
      for node in Self.names {
        let found = try SimulatedNodes(results: folder.path).isolation(of: node)
        #expect(found.isolation == isolation && found.label == label)
      }
      #expect(try folder.names(in: "runs/state") == ["lock", "nodes.json"])
    }
  }

  @Test(arguments: ServingSystem.published)
  func `a system starts on its own kind of nodes only`(system: ServingSystem) throws {
    try ScratchFolder.with { folder in
      let nodes = SimulatedNodes(results: folder.path)
      try nodes.label(Self.names, system.gpuIsolation, key: .aliyun)
      try nodes.check(Self.names, for: system)
      try nodes.label(["a10-1"], system.gpuIsolation == .shared ? .exclusive : .shared, key: .aliyun)
      let error = #expect(throws: ExperimentError.self) {
        try nodes.check(Self.names, for: system, options: " --results r")
      }
      let (label, flag) = system.gpuIsolation == .shared ? ("default", "--share") : ("cgpu", "--no-share")
      #expect(
        error?.description
          == "\(system.label) cannot start: node a10-1 is labelled ack.node.gpu.schedule=\(label); relabel the nodes "
          + "with `label-nodes \(flag) --results r`.")
    }
  }

  @Test func `labels that two commands set at once are all kept`() async throws {
    try await ScratchFolder.with { folder in
      let nodes = SimulatedNodes(results: folder.path)
      await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<20 {
          group.addTask { try nodes.label(["node-\(number)"], .shared, key: .aliyun) }
        }
      }
      for number in 0..<20 {
        let isolation = try nodes.isolation(of: "node-\(number)").isolation
        #expect(isolation == .shared, "node-\(number)")
      }
    }
  }

  @Test func `a foreign file of labels is refused and left alone`() throws {
    try ScratchFolder.with { folder in
      let path = try folder.write("{\"nodes\": 7}", to: "runs/state/nodes.json")
      let nodes = SimulatedNodes(results: folder.path)
      let expected = ExperimentError.malformed(path: path, line: 1, expected: "the labels of the simulated nodes")
      #expect(throws: expected) { try nodes.isolation(of: "a10-0") }
      #expect(throws: expected) { try nodes.label(Self.names, .shared, key: .aliyun) }
      #expect(try folder.text("runs/state/nodes.json") == "{\"nodes\": 7}")
    }
  }
}
