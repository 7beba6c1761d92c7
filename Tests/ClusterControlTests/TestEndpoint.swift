import Foundation
import FoundationNetworking
import HTTPServing
import NIOCore
import NIOPosix
import Quantities
import Scheduling
import ServingModel
import WireProtocols

@testable import ClusterControl

/// An endpoint on a free port with HydraServe's control plane on a scripted cluster.
struct TestEndpoint {
  private final class Parts {
    let endpoint: ServingEndpoint
    let driver: ControlPlaneDriver
    let cluster: ScriptedCluster

    init(_ fates: [ScriptedCluster.Fate], apiKey: String?, eventLoop: any EventLoop) {
      let type = InstanceType(
        name: "small", gpuType: GPUType("a10"), gpuCount: 1, gpuMemoryGB: 22, network: .gbps(16), hostMemoryGB: 188,
        virtualCPUs: 32)
      let nodes = [GPUServer(name: "a10-0", type: type), GPUServer(name: "a10-1", type: type)]
      let deployments = [
        ModelDeployment(
          name: TestEndpoint.model, schedulerSizeGB: 13, weights: .gigabytes(13),
          slo: SLO(timeToFirstToken: .seconds(9), timePerOutputToken: .milliseconds(200)))
      ]
      let driver = ControlPlaneDriver(
        controlPlane: HydraServeControlPlane(
          nodes: nodes, deployments: deployments, configuration: HydraServeConfiguration(placement: FirstFitPlacement())
        ),
        deployments: deployments, nodes: nodes, clock: LiveClock(timeScale: 100), eventLoop: eventLoop
      ) { _ in }
      cluster = ScriptedCluster(fates, eventLoop: eventLoop) { driver.take($0) }
      driver.start(on: cluster)
      self.driver = driver
      endpoint = ServingEndpoint(driver: driver, apiKey: apiKey, created: 1_700_000_000)
    }
  }

  static let model = ModelInstanceName(model: "lab/Model-7B", replica: 0)

  private let server: HTTPServer
  private let eventLoop: any EventLoop
  private let parts: NIOLoopBound<Parts>

  init(_ fates: [ScriptedCluster.Fate] = [], apiKey: String? = nil) async throws {
    let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    let parts = try await eventLoop.submit {
      NIOLoopBound(Parts(fates, apiKey: apiKey, eventLoop: eventLoop), eventLoop: eventLoop)
    }.get()
    self.eventLoop = eventLoop
    self.parts = parts
    server = try await HTTPServer.start(port: 0, on: eventLoop) { request, responder in
      parts.value.endpoint.answer(request, responder)
    }
  }

  /// Ends the server; whatever is open is cut off.
  func stop() async throws {
    try await eventLoop.submit { [parts] in parts.value.driver.stop() }.get()
    _ = await server.drain(patience: .zero)
  }

  /// Something of the cluster, read where it lives.
  func cluster<Value: Sendable>(_ read: @escaping @Sendable (ScriptedCluster) -> Value) async throws -> Value {
    try await eventLoop.submit { [parts] in read(parts.value.cluster) }.get()
  }

  /// Waits until something is true of the cluster; the test's time limit ends it otherwise.
  func wait(until isSo: @escaping @Sendable (ScriptedCluster) -> Bool) async throws {
    while try await !cluster(isSo) { try await Task.sleep(for: .milliseconds(2)) }
  }

  struct Answer {
    let status: Int
    let text: String
    let contentType: String

    /// The data of the events of a stream.
    var events: [String] {
      text.components(separatedBy: "\n\n").filter { !$0.isEmpty }.map { String($0.dropFirst("data: ".count)) }
    }
  }

  func get(_ path: String, key: String? = nil) async throws -> Answer {
    try await Self.send(request(path, key: key))
  }

  func post(_ path: String, _ body: String, key: String? = nil) async throws -> Answer {
    var request = request(path, key: key)
    request.httpMethod = "POST"
    request.httpBody = Data(body.utf8)
    return try await Self.send(request)
  }

  func request(_ path: String, key: String? = nil) -> URLRequest {
    var request = URLRequest(url: URL(string: "http://127.0.0.1:\(server.port)\(path)") ?? URL(fileURLWithPath: "/"))
    request.timeoutInterval = 30
    if let key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
    return request
  }

  static func send(_ request: URLRequest) async throws -> Answer {
    let (data, response) = try await URLSession.shared.data(for: request)
    let http = response as? HTTPURLResponse
    return Answer(
      status: http?.statusCode ?? 0, text: String(decoding: data, as: UTF8.self),
      contentType: http?.value(forHTTPHeaderField: "Content-Type") ?? "")
  }

  /// The body of a chat completion.
  static func chat(stream: Bool, usage: Bool = false, model: String = "lab/Model-7B/0") -> String {
    """
    {"model":"\(model)","messages":[{"role":"user","content":"Hello there"}],"max_tokens":3,"stream":\(stream)\
    \(usage ? #","stream_options":{"include_usage":true}"# : "")}
    """
  }
}
