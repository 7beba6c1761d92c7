import KubernetesClient
import Quantities
import Scheduling
import ServingModel
import Testing
import WireProtocols

@testable import KubernetesDeployment

/// ServerlessLLM's objects as the published images expect them, compared as a whole.
@Suite struct ServerlessLLMManifestTests {
  private static func server(_ name: String, gpus: Int, memory: Int, gbps: Double) -> GPUServer {
    GPUServer(
      name: name,
      type: InstanceType(
        name: "t", gpuType: GPUType("a10"), gpuCount: gpus, gpuMemoryGB: memory, network: .gbps(gbps),
        hostMemoryGB: 188 * gpus, virtualCPUs: 32 * gpus))
  }

  private static let stores = ["store-0", "store-1"].map { StorageServer(name: $0, network: .gbps(32)) }

  private static func manifests(_ servers: [GPUServer], poolGB: Int? = nil) throws -> ServerlessLLMManifests {
    try ServerlessLLMManifests(
      settings: ManifestTests.settings, images: .init(head: "head:v1", worker: "sllm-worker:v1"), modelSet: "0",
      gpuServers: servers, storageServers: stores, preference: .smallestSufficient, poolGB: poolGB)
  }

  @Test func `one small worker and its models are as published`() throws {
    let manifests = try Self.manifests([Self.server("a10-0", gpus: 1, memory: 22, gbps: 16)], poolGB: 16)
    let addresses = ServerlessLLMManifests.Addresses(head: "10.0.0.9", storage: ["10.0.1.1", "10.0.1.2"])
    let models = [("facebook/opt-2.7b/0", 7), ("facebook/opt-13b/0", 26)]
    try Golden.expect(
      ManifestText.yaml(try manifests.objects(addresses) + [manifests.registrations(of: models)]),
      isIn: "serverlessllm.yaml")
  }

  @Test func `a server that no storage server has enough for takes two, and the host memory that is left`() throws {
    let manifests = try Self.manifests([Self.server("big", gpus: 4, memory: 22, gbps: 64)])
    let worker = try #require(
      try manifests.workers(.init(head: "h", storage: ["s0", "s1"])).first)
    let container = worker["spec", "template", "spec", "containers"]?.array?.first
    let variables = (container?["env"]?.array ?? []).map { "\($0["name"]?.string ?? "")=\($0["value"]?.string ?? "")" }
    // By hand: 752 GB, of which nine tenths are 676; less 4 x (22 + 4) for engines and 5 for Ray and the controller.
    #expect(variables.contains("MEM_POOL_SIZE=567"))
    #expect(variables.contains("STORAGE_IP=s0") && variables.contains("STORAGE_IP_2=s1"))
    #expect(variables.contains("NUM_STORAGE=2") && variables.contains("NUM_CPU=124"))
    #expect(container?["resources"]?["limits"] == ["nvidia.com/gpu": "4", "memory": "676Gi"])
  }

  @Test func `a model may only run where a GPU holds it`() throws {
    let manifests = try Self.manifests([
      Self.server("a10-0", gpus: 1, memory: 22, gbps: 16), Self.server("v100-0", gpus: 1, memory: 32, gbps: 16),
    ])
    func nodes(_ sizeGB: Int) -> JSON? {
      manifests.registration(of: "m/x/0", sizeGB: sizeGB)["placement_config"]?["target_nodes"]
    }
    #expect(nodes(22) == ["0", "1"])
    #expect(nodes(23) == ["1"])
    #expect(nodes(33) == [])
  }
}
