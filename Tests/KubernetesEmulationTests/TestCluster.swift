import KubernetesEmulation
import Quantities
import ServingModel
import WireProtocols

/// Clusters for tests: small, with short pauses.
enum TestCluster {
  /// Runs a body with a cluster that is stopped whatever happens.
  static func with(
    _ change: (inout EmulatedClusterSettings) throws -> Void = { _ in },
    _ body: (EmulatedCluster, APIClient) async throws -> Void
  ) async throws {
    var settings = EmulatedClusterSettings()
    settings.nodes = nodes
    settings.restartDelay = .milliseconds(10)
    settings.jobBackOff = .milliseconds(10)
    settings.gpuModeSwitching = .milliseconds(10)
    try change(&settings)
    let cluster = try await EmulatedCluster.start(settings)
    do {
      try await body(cluster, APIClient(cluster))
    } catch {
      await cluster.stop()
      throw error
    }
    await cluster.stop()
  }

  /// Two servers with GPUs, one GPU of 22 GiB and two of 32, and one without.
  static let nodes = [
    EmulatedNode(server("gpu-0", "a10", gpus: 1, memory: 22)),
    EmulatedNode(server("gpu-1", "v100", gpus: 2, memory: 32)),
    EmulatedNode(StorageServer(name: "store-0", network: .gbps(32)), instanceType: "ecs.c7.32xlarge"),
  ]

  private static func server(_ name: String, _ type: String, gpus: Int, memory: Int) -> GPUServer {
    GPUServer(
      name: name,
      type: InstanceType(
        name: "ecs.\(type)", gpuType: GPUType(type), gpuCount: gpus, gpuMemoryGB: memory, network: .gbps(16),
        hostMemoryGB: 188, virtualCPUs: 32))
  }

  static let pods = "/api/v1/namespaces/default/pods"
  static let configMaps = "/api/v1/namespaces/default/configmaps"
  static let deployments = "/apis/apps/v1/namespaces/default/deployments"

  static func pod(_ name: String, limits: JSON = .object([]), spec more: [(String, JSON)] = []) -> JSON {
    var json: JSON = [
      "apiVersion": "v1", "kind": "Pod", "metadata": ["name": .string(name), "labels": ["app": .string(name)]],
      "spec": ["containers": [["name": "c", "image": "registry/image:v1", "resources": ["limits": limits]]]],
    ]
    for (name, value) in more {
      guard case .object(let members) = json["spec"] else { continue }
      json = [
        "apiVersion": "v1", "kind": "Pod", "metadata": json["metadata"] ?? .null,
        "spec": .object(members + [.init(name, value)]),
      ]
    }
    return json
  }

  static func deployment(_ name: String, replicas: Int, image: String = "registry/image:v1") -> JSON {
    [
      "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": .string(name)],
      "spec": [
        "replicas": .integer(Int64(replicas)), "selector": ["matchLabels": ["app": .string(name)]],
        "template": [
          "metadata": ["labels": ["app": .string(name)]],
          "spec": ["containers": [["name": "c", "image": .string(image)]]],
        ],
      ],
    ]
  }

  static func configMap(_ name: String, _ data: JSON = .object([])) -> JSON {
    ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)], "data": data]
  }
}

extension JSON {
  /// The value at the end of a path of names.
  func at(_ path: String...) -> JSON? {
    path.reduce(self as JSON?) { $0?[$1] }
  }

  var name: String { at("metadata", "name")?.string ?? "" }
  var version: String { at("metadata", "resourceVersion")?.string ?? "" }
  var phase: String { at("status", "phase")?.string ?? "" }

  func condition(_ type: String) -> JSON? {
    at("status", "conditions")?.array?.first { $0["type"]?.string == type }
  }
}
