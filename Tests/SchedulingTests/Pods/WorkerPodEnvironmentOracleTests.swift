import GoldenData
import Scheduling
import ServingModel
import Testing

/// The deployments that the published scheduler requests for an allocation.
@Suite struct WorkerPodEnvironmentOracleTests {
  @Test func `every pod has the published environment and limits`() throws {
    for recorded in try GoldenData.cases("resources.json", kind: "pods") {
      let nodes = try recorded["nodes"].array
      var ledger = GPULedger(gpusPerNode: try nodes.map { (count: try $0[0].int, memoryGB: try $0[1].int) })
      for step in try recorded["steps"].array {
        let name = try step["model"].string
        let chosen = try step["nodes"].array.map { try $0.int }
        let claims = try #require(ledger.claim(nodes: chosen, memoryGB: try step["gpu_mem"].array.map { try $0.int }))
        let pods = WorkerPodEnvironment.pods(
          model: try ModelInstanceName(recorded: name), claims: claims,
          gpuMemoryGB: try chosen.map { try nodes[$0][1].int },
          storageAddresses: chosen.map { "10.0.0.\($0 + 1)" },
          willConsolidate: try step["will_scale_down"].bool,
          preinitialises: try !recorded["slow_expr"].bool)
        let deployments = try step["deployments"].array
        #expect(pods.count == deployments.count)
        for (pod, deployment) in zip(pods, deployments) {
          #expect(try pod.podName == deployment["name"].string)
          #expect(try "n\(pod.node)" == deployment["node"].string)
          #expect(try pod.gpuMemoryGB == deployment["gpu"][0].int)
          #expect(try pod.corePercentage == deployment["gpu"][1].int)
          let environment = try deployment["env"].object.mapValues { try $0.string }
          #expect(Dictionary(pod.variables.map { ($0.name, $0.value) }, uniquingKeysWith: +) == environment)
        }
        let free = try step["rgpus_after"].array.map { try $0.array.map { try $0.int } }
        #expect(ledger.freeGB == free)
      }
    }
  }
}

extension ModelInstanceName {
  /// The name whose last path component is the replica number.
  fileprivate init(recorded name: String) throws {
    let slash = try #require(name.lastIndex(of: "/"))
    self.init(
      model: String(name[..<slash]), replica: try #require(Int(name[name.index(after: slash)...])))
  }
}
