import ClusterSimulation
import Foundation
import FoundationNetworking
import Glibc
import LoadGeneration
import NIOPosix
import Quantities
import ServingModel
import Synchronization
import WireProtocols

@testable import PodEmulation

/// A worker on an address of its own, 100 times faster than reality.
struct TestWorker {
  let server: EmulatedWorkerServer
  let address: String

  private static let number = Atomic(0)

  static func start(
    _ storage: TestStorage, rank: Int = 0, size: Int = 1, loader: ColdStartProcedure.Loader = .streamed
  ) async throws -> TestWorker {
    // Workers of one pipeline use the same port on addresses of their own, as pods do.
    let address = "127.1.\(getpid() % 250 + 1).\(number.add(1, ordering: .relaxed).newValue)"
    let pod = try WorkerSettings(environment: [
      "MODEL_ID": "v/m", "REMOTE_MODEL_ID": "v/m/0", "PP_SIZE": "\(size)", "PP_RANK": "\(rank)", "DEST_PP_SIZE": "1",
      "TOTAL_GPU": "8", "STORAGE_IP": "127.0.0.1",
    ])
    var settings = EmulatedWorkerSettings(
      pod: pod, procedure: ColdStartProcedure(fetchesBeforeStart: true, loader: loader, runsProfile: true),
      constants: constants, hardware: hardware, catalogue: storage.catalogue, modelBytes: .gigabytes(1))
    settings.timeScale = 100
    settings.agentPort = storage.agent.port
    settings.address = address
    settings.port = 18080
    let server = try await EmulatedWorkerServer.start(settings, on: MultiThreadedEventLoopGroup.singleton.next())
    return TestWorker(server: server, address: address)
  }

  /// A pipeline that is ready.
  static func pipeline(_ storage: TestStorage, size: Int) async throws -> [TestWorker] {
    var stages: [TestWorker] = []
    for rank in 0..<size { stages.append(try await start(storage, rank: rank, size: size)) }
    let addresses = stages.map(\.address)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for stage in stages { group.addTask { try await stage.initialise(addresses) } }
      try await group.waitForAll()
    }
    return stages
  }

  static let constants = GPUConstants(
    workerStart: .seconds(4), frameworkLoad: Bandwidth(bytesPerSecond: 1e9), engineProfile: .seconds(1),
    engineInitialisation: .seconds(2), prefillBase: .milliseconds(20), prefillPerTokenAndGB: .microseconds(10),
    decodeBase: .milliseconds(20), decodePerGB: .milliseconds(1))
  static let hardware = HardwareModel(
    gpus: [GPUType("a10"): constants], hostToGPU: Bandwidth(bytesPerSecond: 1e9), pipelineSetup: .seconds(1),
    fetchCap: nil, startSplit: WorkerStartSplit(container: 0.3, runtime: 0.4), podDeletion: .seconds(1),
    responsePath: .zero, batchSlowdown: 0.05, pipelineHop: .milliseconds(2))

  struct Refusal: Error, Equatable {
    let status: Int
    let body: String
  }

  /// Sends a request of the worker API.
  @discardableResult func post(_ path: String, _ body: JSON) async throws -> JSON {
    var request = URLRequest(url: URL(string: "http://\(address):\(server.port)\(path)")!)
    request.httpMethod = "POST"
    request.httpBody = Data(body.bytes)
    let (data, response) = try await URLSession.shared.data(for: request)
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    guard status == 200 else { throw Refusal(status: status, body: String(decoding: data, as: UTF8.self)) }
    return try JSON(parsing: Array(data))
  }

  func initialise(_ addresses: [String]) async throws {
    try await post(WorkerInitialisation.path, WorkerInitialisation(addresses: addresses).body)
  }

  /// Sends requests at once and measures the answers.
  func load(requests: Int, tokens: Int) async throws -> LoadReport {
    let target = LoadTarget(url: "http://\(address):\(server.port)", models: ["v/m"])
    return try await NIOThreadPool.singleton.runIfActive {
      var source = OpenLoop(
        (1...requests).map { number in
          ScheduledRequest(
            request: Request(id: number, deployment: 0, promptTokens: 5, outputTokens: tokens), sendAt: .zero)
        })
      return try LoadGenerator(target: target).run(&source)
    }
  }
}
