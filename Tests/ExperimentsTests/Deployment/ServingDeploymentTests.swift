import GoldenData
import Quantities
import Scheduling
import ServingModel
import Testing

@testable import Experiments

@Suite struct ServingDeploymentTests {
  @Test(arguments: ColdStartSetting.figure7Systems)
  func `set 1 is refused on A10`(system: ServingSystem) throws {
    let configuration = try Samples.configuration()
    let error = #expect(throws: UsageError.self) {
      try ServingDeployment(coldStart: Samples.setting(system, "1", "a10"), configuration: configuration)
    }
    #expect(
      error?.description
        == "Model set 1 does not fit on a10: facebook/opt-13b needs 26 GB of one GPU and the largest there has 22 GB; "
        + "move on to the next setting.")
  }

  @Test func `GPU servers that are not used serve as storage, before the storage servers proper`() throws {
    let configuration = try Samples.configuration()
    #expect(
      try configuration.backend("a10").storage == (0..<4).map { StorageServer(name: "v100-\($0)", network: .gbps(16)) }
        + (0..<2).map { StorageServer(name: "store-\($0)", network: .gbps(32)) })
    #expect(
      try configuration.backend("v100").storage == (0..<4).map { StorageServer(name: "a10-\($0)", network: .gbps(16)) }
        + (0..<2).map { StorageServer(name: "store-\($0)", network: .gbps(32)) })
  }

  @Test func `a server that is short of storage is named`() throws {
    try ScratchFolder.with { folder in
      let path = try folder.write(
        """
        testbeds:
          i:
            gpu_servers:
              - {type: ecs.gn7i-c32g1.8xlarge, count: 4, name: a10}
              - {type: ecs.gn6e-c12g1.12xlarge, count: 1, name: v100}
            storage_servers: []
        """, to: "my.yaml")
      let configuration = try Configuration.load(userFile: path)
      let error = #expect(throws: ExperimentError.self) {
        try ServingDeployment(coldStart: Samples.setting, configuration: configuration)
      }
      // The first A10 server takes all 16 Gbps that there are.
      #expect(
        error?.description
          == "No storage server has enough network left for a10-1, nor have two of them half of it; add a storage "
          + "server.")
    }
  }

  @Test func `each system has its placement rule`() {
    #expect(ServingDeployment.placement(of: .serverlessVLLM, for: .coldStart) is FirstFitPlacement)
    #expect(
      (ServingDeployment.placement(of: .hydraServeWithSingleWorker, for: .coldStart) as? StaticPlacement)?.pipelineSize
        == 1)
    #expect((ServingDeployment.placement(of: .hydraServe, for: .coldStart) as? StaticPlacement)?.pipelineSize == 4)
    #expect(ServingDeployment.placement(of: .serverlessLLM, for: .coldStart) == nil)
    #expect(ServingDeployment.placement(of: .serverlessLLMWithCachedModel, for: .coldStart) == nil)
    #expect(ServingDeployment.placement(of: .serverlessVLLM, for: .endToEnd) is FirstFitPlacement)
    #expect(ServingDeployment.placement(of: .hydraServe, for: .endToEnd) is SLOAwarePlacement)
    #expect(ServingDeployment.placement(of: .serverlessLLM, for: .endToEnd) == nil)
  }

  @Test func `the machines are wired as the storage assignment says`() throws {
    let deployment = try ServingDeployment(coldStart: Samples.setting, configuration: Samples.configuration())
    let cluster = deployment.simulatedCluster()
    #expect(cluster.routes == deployment.storage.hostStores.map { $0.shares.map(\.storageServer) })
    #expect(cluster.models.map(\.name) == deployment.deployments.map(\.name.description))
  }

  @Test func `a model that occurs twice in a set has replicas of its own each time`() throws {
    try ScratchFolder.with { folder in
      let path = try folder.write(
        """
        model_sets:
          apps:
            - {model: facebook/opt-2.7b, ttft_slo_ms: 9000, tpot_slo_ms: 200, replicas: 2, application: chat}
            - {model: facebook/opt-6.7b, ttft_slo_ms: 9000, tpot_slo_ms: 200}
            - {model: facebook/opt-2.7b, ttft_slo_ms: 900, tpot_slo_ms: 20, replicas: 2, application: code}
        """, to: "my.yaml")
      let deployment = try ServingDeployment(
        coldStart: Samples.setting(.hydraServe, "apps"), configuration: Configuration.load(userFile: path))
      #expect(
        deployment.deployments.map(\.name.description) == [
          "facebook/opt-2.7b/0", "facebook/opt-2.7b/1", "facebook/opt-6.7b/0", "facebook/opt-2.7b/2",
          "facebook/opt-2.7b/3",
        ])
      #expect(deployment.deployments.map(\.application) == ["chat", "chat", nil, "code", "code"])
    }
  }
}

/// The storage servers of both backends against the published start-up's.
@Suite struct ServingDeploymentOracleTests {
  @Test(arguments: [("a10", "A10"), ("v100", "V100")])
  func `each GPU server fetches from the storage servers that the published start-up gives it`(
    backend: String, tag: String
  ) throws {
    let deployment = try ServingDeployment(
      coldStart: Samples.setting(.hydraServe, "0", backend), configuration: Samples.configuration())
    let cases = try GoldenData.cases("storage_assignment.json").filter {
      try $0["tag"].isNull ? false : $0["tag"].string == "testbed i, cold-start experiment on \(tag)"
    }
    let recorded = try #require(cases.first, "the data have the paper's testbed")
    var nodeOfServer: [String: String] = [:]
    var expected: [[String]] = []
    for server in try recorded["out"]["deployments"].array {
      let name = try server["name"].string
      if name.contains("remote") {
        nodeOfServer["ip-of-\(name)"] = try server["node"].string
      } else {
        let addresses = try server["env"]["REMOTE_SERVER_ADDR"].string.split(separator: ",").map(String.init)
        expected.append([try server["node"].string] + addresses.compactMap { nodeOfServer[$0] })
      }
    }
    let ours = zip(deployment.backend.nodes, deployment.storage.hostStores).map { node, store in
      [node.name] + store.shares.map { deployment.backend.storage[$0.storageServer].name }
    }
    #expect(ours == expected)
  }
}
