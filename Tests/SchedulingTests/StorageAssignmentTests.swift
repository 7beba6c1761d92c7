import Quantities
import Scheduling
import ServingModel
import Testing

@Suite struct StorageAssignmentTests {
  private static func gpuServers(_ gbps: [Double]) -> [GPUServer] {
    gbps.enumerated().map { index, rate in
      let type = InstanceType(
        name: "type", gpuType: GPUType("a10"), gpuCount: 1, gpuMemoryGB: 22, network: .gbps(rate), hostMemoryGB: 188,
        virtualCPUs: 32)
      return GPUServer(name: "g\(index)", type: type)
    }
  }

  private static func storageServers(_ gbps: [Double]) -> [StorageServer] {
    gbps.enumerated().map { StorageServer(name: "s\($0)", network: .gbps($1)) }
  }

  private static func assignment(
    gpu: [Double], storage: [Double], _ preference: StorageAssignment.Preference
  ) throws -> StorageAssignment {
    try StorageAssignment(
      gpuServers: gpuServers(gpu), storageServers: storageServers(storage), preference: preference)
  }

  @Test func `the preference decides among storage servers with enough left`() throws {
    let largest = try Self.assignment(gpu: [16, 16], storage: [16, 32, 24], .largestFirst)
    #expect(largest.hostStores.map { $0.shares.map(\.storageServer) } == [[1], [2]])
    let smallest = try Self.assignment(gpu: [16, 16], storage: [16, 32, 24], .smallestSufficient)
    #expect(smallest.hostStores.map { $0.shares.map(\.storageServer) } == [[0], [2]])
  }

  @Test func `two storage servers give half each, in whole Gbps`() throws {
    let store = try Self.assignment(gpu: [7.5], storage: [2, 4, 4], .largestFirst).hostStores[0]
    #expect(store.shares.map(\.storageServer) == [1, 2])
    #expect(store.shares.map(\.rate) == [.gbps(3), .gbps(3)])
  }

  @Test func `host memory is what the workers and the system leave`() throws {
    let store = try Self.assignment(gpu: [16], storage: [16], .largestFirst).hostStores[0]
    #expect(store.memoryLimitGB == 141)  // ⌊0.9 · 188⌋ − (22 + 4) · 1 − 2
    #expect(store.storeSizeGB == 138)
  }

  /// The first GPU server has two storage servers, the second one.
  @Test func `a second address stays for later servers only under published rules`() throws {
    let assignment = try Self.assignment(gpu: [16, 4], storage: [8, 8, 4], .largestFirst)
    #expect(assignment.hostStores.map(\.shares.count) == [2, 1])
    for (rules, hasSecond) in [(ControlPlaneRules.published, true), (.corrected, false)] {
      let local = StorageDeployment.local(
        assignment: assignment, remoteAddresses: ["a", "b", "c"], usesCache: false, isServerlessVLLM: false,
        rules: rules)
      #expect(
        local[0].variables.map { "\($0.name)=\($0.value)" } == [
          "USE_CACHE=0", "REMOTE_SERVER_ADDR=a", "NUM_REMOTE_SERVER=2", "SHM_SIZE=138", "REMOTE_SERVER_ADDR_2=b",
        ])
      #expect(local[1].variables.contains { $0.name == "REMOTE_SERVER_ADDR_2" } == hasSecond)
    }
  }

  @Test func `too little storage is said in one sentence`() {
    #expect(throws: StorageAssignmentError.noTwoStorageServers(server: "g1", index: 1)) {
      try Self.assignment(gpu: [16, 16], storage: [16, 4], .largestFirst)
    }
    #expect(throws: StorageAssignmentError.tooManyGPUServers(gpuServers: 9, storageServers: 1)) {
      try Self.assignment(gpu: Array(repeating: 1, count: 9), storage: [64], .largestFirst)
    }
    #expect(
      StorageAssignmentError.tooManyGPUServers(gpuServers: 9, storageServers: 1).description
        == "1 storage servers cannot serve 9 GPU servers; add one for every eight.")
    #expect(
      StorageAssignmentError.noTwoStorageServers(server: "g1", index: 1).description
        == "No storage server has enough network left for g1, nor have two of them half of it; add a storage server.")
  }
}
