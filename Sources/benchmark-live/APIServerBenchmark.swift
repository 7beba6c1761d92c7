import KubernetesEmulation
import LoadGeneration
import NIOCore
import NIOPosix
import Quantities
import ServingModel
import WireProtocols

/// The emulated cluster's API server from outside, over HTTP, with 1,000 nodes and 10,000 pods.
///
/// First objects that nobody acts on are made on 16 connections, then the pods, each of which is scheduled and started by
/// the controllers behind the server on the same loop. Then pods are made one after another at a fixed pace while
/// somebody watches: the delay counts from before the request is sent until the event has arrived, so it bounds what a
/// watch adds.
struct APIServerBenchmark {
  private static let nodes = 1000
  private static let objects = 10_000
  private static let connections = 16
  private static let probes = 1000
  private static let pace = TimeAmount.milliseconds(5)

  static func run() async throws {
    var settings = EmulatedClusterSettings()
    let type = InstanceType(
      name: "benchmark", gpuType: GPUType("a10"), gpuCount: 4, gpuMemoryGB: 22, network: .gbps(64), hostMemoryGB: 752,
      virtualCPUs: 128)
    settings.nodes = (0..<nodes).map { EmulatedNode(GPUServer(name: "node-\($0)", type: type)) }
    settings.longestHistory = 100_000
    let cluster = try await EmulatedCluster.start(settings)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let client = BenchmarkClient(port: cluster.port, token: cluster.token, group: group)
    print("API server, \(nodes) nodes, \(connections) connections:")
    for (caption, path, body) in [
      ("ConfigMaps made per second", "configmaps", configMap), ("pods made per second", "pods", pod),
    ] as [(String, String, @Sendable (Int) -> JSON)] {
      let began = ContinuousClock.now
      try await make(objects, at: path, body, with: client)
      let seconds = (ContinuousClock.now - began).inSeconds
      print("  \(caption): \(Int(Double(objects) / seconds))")
    }
    try await settle(cluster)
    let delays = try await watchDelays(client)
    let quantiles = Quantiles(delays)
    func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
    print(
      "  watch delay p50, p99, max (ms): \(rounded(quantiles.median)), \(rounded(quantiles.p99)), \(rounded(quantiles.max))"
    )
    await cluster.stop()
    try await group.shutdownGracefully()
  }

  @Sendable private static func configMap(_ number: Int) -> JSON {
    ["metadata": ["name": .string("map-\(number)")], "data": ["key": "value"]]
  }

  @Sendable private static func pod(_ number: Int) -> JSON {
    [
      "metadata": ["name": .string("pod-\(number)"), "labels": ["app": "benchmark"]],
      "spec": [
        "containers": [
          ["name": "c", "image": "registry/image:v1", "resources": ["limits": ["memory": "1Gi"]]]
        ]
      ],
    ]
  }

  /// Makes objects, as many at the same time as there are connections.
  private static func make(
    _ count: Int, at resource: String, _ body: @escaping @Sendable (Int) -> JSON, with client: BenchmarkClient
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for connection in 0..<connections {
        group.addTask {
          let requests = stride(from: connection, to: count, by: connections).map {
            client.creation(of: body($0), at: "/api/v1/namespaces/default/\(resource)")
          }
          try await client.sendInTurn(requests)
        }
      }
      try await group.waitForAll()
    }
  }

  /// Waits until every pod runs.
  private static func settle(_ cluster: EmulatedCluster) async throws {
    while await cluster.objects("pods").contains(where: { $0.status["phase"]?.string != "Running" }) {
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  /// The delays of events, in milliseconds.
  private static func watchDelays(_ client: BenchmarkClient) async throws -> [Double] {
    let watch = try await client.watch("/api/v1/namespaces/default/configmaps?watch=true&labelSelector=probe")
    var delays: [Double] = []
    let sender = try await client.connect()
    for number in 0..<probes {
      let object: JSON = [
        "metadata": ["name": .string("probe-\(number)"), "labels": ["probe": "yes"]], "data": .object([]),
      ]
      let request = client.creation(of: object, at: "/api/v1/namespaces/default/configmaps")
      let began = ContinuousClock.now
      async let arrived = watch.next(containing: "\"probe-\(number)\"")
      try await sender.exchange(request)
      delays.append((try await arrived - began).inSeconds * 1000)
      try await sender.pause(pace)
    }
    return delays
  }
}
