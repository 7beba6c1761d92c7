import ClusterSimulation
import Experiments
import Foundation
import Quantities
import ServingModel
import Testing
import WireProtocols

@testable import PodCommands
@testable import PodEmulation

/// What the program makes of the pods that the published set-up starts.
@Suite struct EmulatedHeadCommandTests {
  /// The worker pods of a deployment, as the published set-up tells them of their pools and storage servers.
  private func machines(of deployment: ServingDeployment, workers: Int, poolSize: (Int) -> Int) -> HeadMachines {
    let backend = deployment.backend
    return HeadMachines(
      storage: backend.storage.map { .init(address: $0.name, network: $0.network) },
      workers: (0..<workers).map { index in
        .init(
          id: index, node: backend.nodes[index].name, instanceType: backend.nodes[index].type.name,
          poolSize: poolSize(index),
          storage: deployment.storage.hostStores[index].shares.map { backend.storage[$0.storageServer].name })
      })
  }

  private func settings(_ machines: JSON, _ arguments: [String] = []) throws -> EmulatedHeadSettings {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("head-\(UUID().uuidString).json")
    try Data(machines.bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try EmulatedHeadCommand.parse(["--workers", file.path] + arguments).settings()
  }

  private func expectSame(
    _ settings: EmulatedHeadSettings, as deployment: ServingDeployment, for clients: some LoadSource
  ) throws {
    var models = HeadModels()
    for model in deployment.deployments {
      let nodes = settings.instanceTypes.indices.filter {
        settings.instanceTypes[$0].gpuMemoryGB >= model.schedulerSizeGB
      }
      try models.register(
        ServerlessLLMRegistration(model: model.name.description, targetNodes: nodes.map { "\($0)" }),
        settings: settings)
    }
    var head = settings.simulation(of: models.deployed, clients: clients)
    var simulated = Simulation(
      cluster: deployment.simulatedCluster(), controlPlane: deployment.controlPlane(), source: clients)
    let records = head.run(limit: .seconds(1e6)).requests
    #expect(records == simulated.run(limit: .seconds(1e6)).requests)
    #expect(records.count > 10 && records.allSatisfy { $0.outcome == .completed })
  }

  @Test(arguments: [("0", "a10", 16), ("0", "v100", 27), ("1", "v100", 27)])
  func `the head of the cold-start experiment's pods simulates that experiment`(
    modelSet: String, backend: String, pool: Int
  ) throws {
    let configuration = try Configuration.load(userFile: nil)
    let setting = ColdStartSetting(system: .serverlessLLM, modelSet: modelSet, backend: backend)
    let deployment = try ServingDeployment(coldStart: setting, configuration: configuration)
    let machines = machines(of: deployment, workers: 1) { _ in pool }
    let client = try ColdStartClient(deployment: deployment, parameters: configuration.coldStart)
    try expectSame(settings(machines.body), as: deployment, for: client)
  }

  @Test func `the head of the end-to-end experiment's pods simulates that experiment`() throws {
    let configuration = try Configuration.load(userFile: nil)
    let setting = EndToEndSetting(system: .serverlessLLM, cv: 8, requestsPerSecond: 0.6)
    let deployment = try ServingDeployment(endToEnd: setting, configuration: configuration)
    let machines = machines(of: deployment, workers: 6) { deployment.storage.hostStores[$0].storeSizeGB }
    // More models than GPUs, so that instances wait and models come back from host memory.
    let requests = (1...400).map { id in
      ScheduledRequest(
        request: Request(id: id, deployment: id * id % 150, promptTokens: 100, outputTokens: 100),
        sendAt: .seconds(Double(id) * 0.7))
    }
    try expectSame(
      settings(machines.body, ["--experiment", "endtoend"]), as: deployment, for: OpenLoop(requests))
  }

  @Test(arguments: [
    ("ecs.gn7i", "There is no instance type with constants of its GPUs `ecs.gn7i`"),
    ("", "There is no instance type with constants of its GPUs ``"),
  ])
  func `a type that nobody knows is named`(type: String, sentence: String) throws {
    let machines = HeadMachines(
      storage: [.init(address: "10.0.0.2", network: .gbps(32))],
      workers: [.init(id: 0, node: "n", instanceType: type, poolSize: 16, storage: ["10.0.0.2"])])
    let error = try #require(throws: (any Error).self) { try settings(machines.body) }
    #expect("\(error)".contains(sentence), "\(error)")
  }

  @Test func `a file that is not of machines is named with what is missing`() throws {
    let error = try #require(throws: (any Error).self) { try settings(["storage": []]) }
    #expect("\(error)".contains(".json: `storage` must be a list of at least one machine, not a list."), "\(error)")
    #expect(throws: (any Error).self) { try EmulatedHeadCommand.parse(["--workers", "w", "--experiment", "figure7"]) }
  }
}
