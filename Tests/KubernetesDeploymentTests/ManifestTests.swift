import KubernetesClient
import Quantities
import Scheduling
import ServingModel
import Testing
import WireProtocols
import YAMLReading

@testable import KubernetesDeployment

/// Manifests as the published images expect them, compared as a whole.
@Suite struct ManifestTests {
  static let settings: ManifestSettings = {
    do {
      return try ManifestSettings(
        labels: try OwnLabels(run: "run-1"), namespace: "hydra",
        images: .init(worker: "w:v1", storageAgent: "agent:v1", storageServer: "remote:v1", download: "get:v1"),
        modelDirectory: "/models")
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  private static let pods = WorkerPodEnvironment.pods(
    model: ModelInstanceName(model: "meta/llama-2", replica: 3),
    claims: [
      GPUClaim(podName: "node0-1", node: 0, gpu: 0, askedGB: 11, heldGB: 11),
      GPUClaim(podName: "node1-1", node: 1, gpu: 0, askedGB: 4, heldGB: 4),
    ], gpuMemoryGB: [22, 22], storageAddresses: ["10.0.0.5", "10.0.0.6"], willConsolidate: true, preinitialises: false)

  private func check(_ objects: [KubernetesObject], _ name: String) throws {
    try Golden.expect(ManifestText.yaml(objects), isIn: name)
  }

  @Test func `a worker has the published environment and limits`() throws {
    try check([try Self.settings.worker(Self.pods[0], on: "cn-hangzhou.10.0.0.1")], "worker.yaml")
  }

  @Test func `a worker with a whole GPU asks for one`() throws {
    let json = try Self.settings.worker(Self.pods[1], on: "n", for: .serverlessLLM).json
    let container = json["spec"]?["template"]?["spec"]?["containers"]?.array?.first
    #expect(container?["resources"]?["limits"] == ["nvidia.com/gpu": "1", "memory": "8Gi"])
  }

  @Test(arguments: OwnSystem.Workers.allCases)
  func `a worker of an own policy says whose it is`(workers: OwnSystem.Workers) throws {
    let policy = ServingSystem.own(OwnSystem(name: "mine", label: "Mine", workers: workers))
    let json = try Self.settings.worker(Self.pods[0], on: "n", for: policy).json
    let labels = json["spec"]?["template"]?["metadata"]?["labels"]
    #expect(labels?["hydraserve-repro/system"] == .string(workers.rawValue))
  }

  @Test func `storage servers have the published variables`() throws {
    let remote = StorageDeployment.remote(on: [StorageServer(name: "store-0", network: .gbps(32))], modelSet: "2")
    let assignment = try StorageAssignment(
      gpuServers: [
        GPUServer(
          name: "a10-0",
          type: InstanceType(
            name: "t", gpuType: GPUType("a10"), gpuCount: 1, gpuMemoryGB: 22, network: .gbps(16), hostMemoryGB: 188,
            virtualCPUs: 32))
      ], storageServers: [StorageServer(name: "store-0", network: .gbps(32))], preference: .largestFirst)
    let local = StorageDeployment.local(
      assignment: assignment, remoteAddresses: ["10.1.0.1"], usesCache: true, isServerlessVLLM: false,
      rules: .published)
    try check(
      try remote.map { try Self.settings.storage($0, isAgent: false) }
        + local.map { try Self.settings.storage($0, isAgent: true) }, "storage.yaml")
  }

  @Test func `preparing has a namespace, images for each kind of node and Jobs whose token stays in its Secret`() throws
  {
    let token = try ManifestSettings.TokenSource(secret: "models", key: "token", variable: "TOKEN")
    let job = try Self.settings.modelJob(
      "download", index: 0, node: "store-0", command: ["python3", "get.py"], modelSet: "0", token: token,
      deadlineSeconds: 3600)
    try check(
      [
        Self.settings.namespaceManifest, try Self.settings.prefetch(on: .gpu), try Self.settings.prefetch(on: .storage),
        job,
      ], "preparation.yaml")
  }

  @Test func `everything carries our labels and is selected by our own`() throws {
    let worker = try Self.settings.worker(Self.pods[0], on: "n")
    #expect(worker.label("app.kubernetes.io/managed-by") == "hydraserve-repro")
    #expect(worker.label("app.kubernetes.io/instance") == "run-1")
    #expect(
      worker["spec", "selector", "matchLabels"] == ["app": "node0-1", "hydraserve-repro/run": "run-1"])
    #expect("\(try Self.settings.labels.selector)" == "hydraserve-repro/run=run-1")
  }

  @Test func `the text reads back as what was written, whatever words are in it`() throws {
    let words = ["no", "Yes", "off", "1_000", "12:30", "0x10", "1e3", "~", "null", "", " a", "a: b", "#", "a\nb", "ü"]
    let object: JSON = ["words": .array(words.map(JSON.string)), "number": 3, "flag": true]
    let text = ManifestText.yaml([KubernetesObject(object)])
    let node = try YAMLParser.parse(text, file: "manifest")
    for (index, word) in words.enumerated() {
      guard case .scalar(let scalar)? = node["words"]?[index]?.content else {
        Issue.record("no scalar")
        continue
      }
      #expect(scalar.text == word)
      #expect(!scalar.isPlain, "\(word) must be in quotes")
    }
  }

  static let tricks: [@Sendable () throws -> Any] = [
    { try OwnLabels(run: "a/b") }, { try OwnLabels(run: "") },
    { try ManifestSettings.TokenSource(secret: "A", key: "k", variable: "V") },
    { try ManifestSettings.TokenSource(secret: "a", key: "../k", variable: "V") },
    { try ManifestSettings.TokenSource(secret: "a", key: "k", variable: "V=1") },
    { try settings.modelJob("x/y", index: 0, node: "n", command: [], modelSet: "0", token: nil, deadlineSeconds: 1) },
    { try settings.modelJob("x", index: 0, node: "n n", command: [], modelSet: "0", token: nil, deadlineSeconds: 1) },
    { try with(namespace: "Default") }, { try with(image: "a b") }, { try with(directory: "models") },
    { try with(directory: "/") }, { try with(directory: "/mnt/../etc") },
  ]

  @Sendable private static func with(
    namespace: String = "hydra", image: String = "i", directory: String = "/mnt"
  ) throws -> ManifestSettings {
    try ManifestSettings(
      labels: settings.labels, namespace: namespace,
      images: .init(worker: image, storageAgent: "i", storageServer: "i", download: "i"), modelDirectory: directory)
  }

  @Test(arguments: tricks.indices)
  func `names with tricks never get into a manifest`(index: Int) {
    #expect(throws: KubernetesError.self) { try Self.tricks[index]() }
  }

  @Test func `times and costs are sizes over rates`() {
    // 20 GB at 1 Gb/s: 160 s; 15 GB: 120 s; 15 GB read and written four times at 200 MB/s: 600 s.
    let cost = PreparationCost(
      gpus: 4, models: [.gigabytes(5), .gigabytes(10)], internet: .gbps(1), fetchesImages: true, fetchesModels: true,
      cutsModels: true)
    let expected = [160.0, 120, 600].map { $0 / 60 }
    for (step, minutes) in zip(cost.steps, expected) { #expect(abs(step.minutes - minutes) < 1e-9) }
    #expect(cost.steps.map(\.name) == ["images", "download", "partition"])
    #expect(abs(cost.gpuHours - 4 * 880 / 3600) < 1e-9)
  }

  @Test func `shared memory is set and cleaned by Jobs on the nodes`() throws {
    let type = InstanceType(
      name: "t", gpuType: GPUType("a10"), gpuCount: 1, gpuMemoryGB: 22, network: .gbps(16), hostMemoryGB: 188,
      virtualCPUs: 32)
    // By hand: nine tenths of 188 GB are 169, less 22 + 4 for the engine of the one GPU.
    #expect(ManifestSettings.sharedMemoryGB(of: type) == 143)
    try check(
      [.raise(gibibytes: 143), .clean].map { (step: ManifestSettings.SharedMemoryStep) in
        try Self.settings.sharedMemoryJob(step, index: 0, node: "a10-0", deadlineSeconds: 600)
      }, "shared-memory.yaml")
    #expect(throws: DeploymentError.self) {
      try Self.settings.sharedMemoryJob(.raise(gibibytes: 0), index: 0, node: "a10-0", deadlineSeconds: 600)
    }
  }
}
