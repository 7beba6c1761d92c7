import GoldenData
import Quantities
import Scheduling
import ServingModel
import Testing

/// The published start-up of the storage servers: assignments, sizes and deployments.
@Suite struct StorageAssignmentOracleTests {
  @Test func `every assignment, size and deployment is the published one`() throws {
    var failures = 0
    for recorded in try GoldenData.cases("storage_assignment.json") {
      let number = try recorded["i"].int
      let cluster = try Cluster(recorded: recorded)
      let expected = try recorded["out"]["deployments"].array
      let error = try recorded["out"]["error"]
      do {
        let deployments = try cluster.deployments(of: cluster.gpuServers, recorded)
        #expect(error.isNull, "case \(number)")
        #expect(try deployments.map(Recorded.init(deployment:)) == expected.map(Recorded.init(json:)), "case \(number)")
        try Self.compareMessages(deployments, recorded["out"]["init_messages"])
      } catch StorageAssignmentError.tooManyGPUServers {
        failures += 1
        #expect(error == .string("too-many-gpu-nodes"), "case \(number)")
        #expect(expected.isEmpty)
      } catch StorageAssignmentError.noTwoStorageServers(_, let index) {
        failures += 1
        #expect(error == .string("no-two-servers"), "case \(number)")
        // The published start-up had started everything up to the server that failed.
        let before = try cluster.deployments(of: Array(cluster.gpuServers[..<index]), recorded)
        #expect(try before.map(Recorded.init(deployment:)) == expected.map(Recorded.init(json:)), "case \(number)")
      }
    }
    #expect(failures > 0)
  }

  /// The start-up asks each deployment whether it is ready, remote ones at port 8888 and local ones at 6666.
  private static func compareMessages(_ deployments: [StorageDeployment], _ messages: JSONValue) throws {
    #expect(
      try deployments.map { "ip-of-\($0.name):\($0.name.contains("remote") ? 8888 : 6666)" }
        == messages.array.map { "\(try $0[0].string):\(try $0[1].int)" })
  }

  /// The servers of a case, in the order in which its nodes are listed.
  private struct Cluster {
    var gpuServers: [GPUServer] = []
    var storageServers: [StorageServer] = []

    init(recorded: JSONValue) throws {
      for node in try recorded["nodes"].array {
        let name = try node[0].string
        let resources = try recorded["out"]["gpu_nodes"][name]
        let network = try recorded["out"]["storage_nodes"][name]
        if !resources.isNull {
          // A node of unknown type has four zeros, the known ones end with the number of CPUs.
          let cpus = try resources.array.count > 4 ? resources[4].int : 0
          let type = InstanceType(
            name: try node[1].string, gpuType: GPUType("any"), gpuCount: try resources[0].int,
            gpuMemoryGB: try resources[1].int, network: .gbps(try resources[2].double),
            hostMemoryGB: try resources[3].int, virtualCPUs: cpus)
          gpuServers.append(GPUServer(name: name, type: type))
        } else if !network.isNull {
          storageServers.append(StorageServer(name: name, network: .gbps(try network.double)))
        }
      }
    }

    func deployments(of gpuServers: [GPUServer], _ recorded: JSONValue) throws -> [StorageDeployment] {
      let assignment = try StorageAssignment(
        gpuServers: gpuServers, storageServers: storageServers,
        preference: try recorded["LARGEST"].bool ? .largestFirst : .smallestSufficient)
      let remote = StorageDeployment.remote(on: storageServers, modelSet: "\(try recorded["MODEL_SET"].int)")
      let local = StorageDeployment.local(
        assignment: assignment, remoteAddresses: remote.map { "ip-of-\($0.name)" },
        usesCache: try recorded["USE_CACHE"].bool, isServerlessVLLM: try recorded["SLOW_EXPR"].bool,
        rules: .published)
      return remote + local
    }
  }

  /// A deployment in the form that both sides can take.
  private struct Recorded: Equatable {
    let name: String
    let node: String
    let environment: [String: String]
    let memoryLimitGB: Int?

    init(deployment: StorageDeployment) {
      name = deployment.name
      node = deployment.node
      environment = Dictionary(deployment.variables.map { ($0.name, $0.value) }, uniquingKeysWith: +)
      memoryLimitGB = deployment.memoryLimitGB
    }

    init(json: JSONValue) throws {
      name = try json["name"].string
      node = try json["node"].string
      environment = try json["env"].object.mapValues { try $0.string }
      memoryLimitGB = try json["mem_limit"].isNull ? nil : json["mem_limit"].int
    }
  }
}
