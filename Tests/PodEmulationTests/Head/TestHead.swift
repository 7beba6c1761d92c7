import ClusterSimulation
import Foundation
import FoundationNetworking
import NIOCore
import NIOPosix
import Quantities
import Scheduling
import ServingModel
import WireProtocols

@testable import PodEmulation

/// A clock that stands still until a test moves it on; used on one event loop.
final class ManualClock {
  private(set) var now = Timestamp.zero
  private var due: Timestamp?
  private var body: () -> Void = {}

  var clock: HeadClock {
    HeadClock(
      now: { self.now },
      wake: { time, body in
        self.due = time
        self.body = body
      })
  }

  /// Moves on to the next moment that was asked for; `false` when none was.
  func moveOn() -> Bool {
    guard let time = due else { return false }
    due = nil
    now = max(now, time)
    body()
    return true
  }

  /// Moves on to a moment and to all that were asked for before.
  func move(to time: Timestamp) {
    while let due, due <= time, moveOn() {}
    now = time
  }
}

/// A head under a clock that stands still, of one worker with one GPU; its client counts time by that clock.
///
/// Round constants: with a model of 8 GB and a prompt of 10 tokens, a prefill takes 0.18 s and a decode step 18 ms.
struct TestHead {
  let server: EmulatedHeadServer
  let settings: EmulatedHeadSettings
  private let clock: NIOLoopBound<ManualClock>
  private let loop: any EventLoop
  private let session: URLSession

  struct Refusal: Error, Equatable {
    let status: Int
    let body: String
  }

  static let hardware = HardwareModel(
    gpus: [
      GPUType("round"): GPUConstants(
        workerStart: .seconds(2), frameworkLoad: .gigabytesPerSecond(2), engineProfile: .seconds(3),
        engineInitialisation: .seconds(1), prefillBase: .milliseconds(100), prefillPerTokenAndGB: .milliseconds(1),
        decodeBase: .milliseconds(10), decodePerGB: .milliseconds(1))
    ],
    hostToGPU: .gigabytesPerSecond(4), pipelineSetup: .seconds(1), fetchCap: nil,
    startSplit: WorkerStartSplit(container: 0.5, runtime: 0.25), podDeletion: .seconds(2),
    responsePath: .milliseconds(20), batchSlowdown: 0.1, pipelineHop: .milliseconds(20))

  static let machines = HeadMachines(
    storage: [.init(address: "10.0.0.2", network: .gigabytesPerSecond(1000))],
    workers: [.init(id: 0, node: "node-0", instanceType: "round", poolSize: 10, storage: ["10.0.0.2"])])

  /// The models v/eight of 8 GB and v/six of 6 GB; the worker's host memory holds either, not both.
  static func settings(workers: [Int] = [16]) -> EmulatedHeadSettings {
    let types = workers.map {
      InstanceType(
        name: "round", gpuType: GPUType("round"), gpuCount: 1, gpuMemoryGB: $0, network: .gigabytesPerSecond(1),
        hostMemoryGB: 256, virtualCPUs: 32)
    }
    let machines = HeadMachines(
      storage: Self.machines.storage,
      workers: workers.indices.map {
        .init(id: $0, node: "node-\($0)", instanceType: "round", poolSize: 10, storage: ["10.0.0.2"])
      })
    return EmulatedHeadSettings(
      machines: machines, instanceTypes: types,
      controlPlane: ServerlessLLMConfiguration(
        workerNodes: workers.count, hostPool: workers.map { _ in .gigabytes(10) }),
      hardware: hardware, answerTokens: 5
    ) { name in
      let gigabytes = ["v/eight": 8.0, "v/six": 6.0][name.model]
      return gigabytes.map { SimulatedModel(name: name.description, stageBytes: [[.gigabytes($0)]]) }
    }
  }

  static func start(_ settings: EmulatedHeadSettings = settings()) async throws -> TestHead {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let clock = try await loop.submit { NIOLoopBound(ManualClock(), eventLoop: loop) }.get()
    let server = try await EmulatedHeadServer.start(settings, port: 0, on: loop) { clock.value.clock }
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpMaximumConnectionsPerHost = 32
    return TestHead(
      server: server, settings: settings, clock: clock, loop: loop, session: URLSession(configuration: configuration))
  }

  // MARK: Time

  func move(to time: Timestamp) async throws {
    try await loop.submit { [clock] in clock.value.move(to: time) }.get()
  }

  /// Moves the time on until so many requests are left; the time then is when a client has its answer.
  func moveUntil(open count: Int = 0) async throws -> Timestamp {
    try await loop.submit { [clock, head = server.head] in
      while head.value.openRequests > count, clock.value.moveOn() {}
      return clock.value.now
    }.get()
  }

  /// Waits until so many requests are open; time stands still.
  func wait(open count: Int) async throws {
    while try await loop.submit({ [head = server.head] in head.value.openRequests }).get() != count {
      try await Task.sleep(for: .milliseconds(1))
    }
  }

  func record(of request: RequestID) async throws -> RequestRecord? {
    try await loop.submit { [head = server.head] in head.value.record(of: request) }.get()
  }

  // MARK: Clients

  @discardableResult func post(_ path: String, _ body: String) async throws -> JSON {
    var request = URLRequest(url: URL(string: "http://127.0.0.1:\(server.port)\(path)")!)
    request.httpMethod = "POST"
    request.httpBody = Data(body.utf8)
    let (data, response) = try await session.data(for: request)
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    guard status == 200 else { throw Refusal(status: status, body: String(decoding: data, as: UTF8.self)) }
    return try JSON(parsing: Array(data))
  }

  func status(of path: String) async throws -> Int? {
    let (_, response) = try await session.data(from: URL(string: "http://127.0.0.1:\(server.port)\(path)")!)
    return (response as? HTTPURLResponse)?.statusCode
  }

  func register(_ models: String...) async throws {
    for model in models {
      let nodes = settings.machines.workers.map { "\($0.id)" }
      try await post(
        ServerlessLLMRegistration.path, ServerlessLLMRegistration(model: model, targetNodes: nodes).body.text)
    }
  }

  /// Begins to ask a model; a prompt has 10 tokens.
  func ask(_ model: String, tokens: Int = 5) -> Task<ChatCompletionAnswer, any Error> {
    let prompt = Array(repeating: "word", count: 10).joined(separator: " ")
    let body = ChatCompletionRequest(
      model: model, messages: [.init(role: "user", content: prompt)], maxTokens: tokens, isStreamed: false)
    return Task { try ChatCompletionAnswer(body: try await post(ChatCompletionRequest.path, body.body.text)) }
  }

  /// Asks a model at a moment and returns the TTFT as the published clients compute it, in nanoseconds.
  func ttft(of model: String, at time: Timestamp) async throws -> Int64 {
    try await move(to: time)
    let answer = ask(model)
    try await wait(open: 1)
    let end = try await moveUntil()
    let created = Int64((try await answer.value.created * settings.timeScale * 1e9).rounded())
    return (end - time).inWholeNanoseconds - created
  }

  /// What the simulation says of the same requests, all known beforehand.
  func simulated(_ requests: [ScheduledRequest], of models: [String]) throws -> [RequestRecord] {
    var registered = HeadModels()
    for model in models {
      let nodes = settings.machines.workers.map { "\($0.id)" }
      try registered.register(ServerlessLLMRegistration(model: model, targetNodes: nodes), settings: settings)
    }
    var simulation = settings.simulation(of: registered.deployed, clients: OpenLoop(requests))
    return simulation.run(limit: .seconds(10_000)).requests
  }

  func stop() async {
    session.invalidateAndCancel()
    await server.stop()
  }
}
