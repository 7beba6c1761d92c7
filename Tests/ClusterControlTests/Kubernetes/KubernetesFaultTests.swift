import ClusterSimulation
import Experiments
import FakeCluster
import Foundation
import KubernetesClient
import KubernetesDeployment
import KubernetesEmulation
import LoadGeneration
import Quantities
import ServingModel
import Synchronization
import Testing
import WireProtocols

@testable import ClusterControl

/// Faults of API servers against both experiments, and against ServerlessLLM's start and cold starts: no request is lost, no object of ours is left, nobody else's is touched
/// and the nodes have their labels again.
///
/// `FAULT_SEEDS=1-25` runs these seeds of each; without it there is one.
@Suite(.serialized, .timeLimit(.minutes(60))) struct KubernetesFaultTests {
  /// What the server does instead of answering, by chance, at most three times in a row.
  enum Fault: String, CaseIterable, Sendable {
    case busyWithTime, busyWithoutTime, internalError, unavailable, refused, resetInBody, latency
    case watchClosed, watchForgotten, eventTwice, conflict, credentialExpired, forbidden

    /// How often it happens without a pause.
    var mostInARow: Int {
      switch self {
      case .watchClosed, .watchForgotten, .eventTwice: .max  // each watch comes to its first event
      case .credentialExpired: 1  // new credentials are good for a call at least
      default: 3
      }
    }
  }

  /// What is sent.
  enum Load: String, CaseIterable, Sendable {
    case coldstart, end2end
    /// Cold starts of ServerlessLLM, whose head is a script here.
    case serverlessLLM

    var requestCount: Int {
      switch self {
      case .coldstart: 3
      case .end2end: KubernetesBench.endToEndRequests
      case .serverlessLLM: 1 + 3 * 2  // to begin with; then each of three measurements after a request that evicts
      }
    }
  }

  private static var seeds: ClosedRange<UInt64> {
    let bounds = (ProcessInfo.processInfo.environment["FAULT_SEEDS"] ?? "").split(separator: "-").compactMap {
      UInt64($0)
    }
    return bounds.count == 2 && bounds[0] <= bounds[1] ? bounds[0]...bounds[1] : 1...1
  }

  @Test(arguments: Fault.allCases, Load.allCases)
  func `no request is lost and nothing is left whatever the server does`(fault: Fault, load: Load) async throws {
    var happened = 0
    var failed = 0
    for seed in Self.seeds {
      let chance = Chance(seed: seed, mostInARow: fault.mostInARow)
      failed += try await Self.run(fault, load, seed, chance)
      happened += chance.count
    }
    print("\(fault.rawValue) against \(load.rawValue): \(happened) faults, \(failed) requests failed with a reason")
    #expect(happened > 0, "the fault never happened")
  }

  /// - Returns: how many requests failed, each with a reason.
  private static func run(_ fault: Fault, _ load: Load, _ seed: UInt64, _ chance: Chance) async throws -> Int {
    let about: Comment = "\(fault.rawValue) against \(load.rawValue) with seed \(seed)"
    let foreign = Mutex<[JSON]>([])
    let before = Mutex<[String]>([])
    var settings = KubernetesBench.Settings()
    settings.sharesGPUs = false
    settings.prepare = { cluster, client in
      for object in ForeignObjects.all { try await client.create(object) }
      let labels = await Self.labels(of: cluster)
      before.withLock { $0 = labels }
    }
    settings.transport = { fault == .refused ? Self.refusing($0, chance) : $0 }
    settings.attempts = 20
    settings.faults = { chance.faults(fault, $0) }
    let head = load == .serverlessLLM ? try await ScriptedHead.start(.answers(created: 0)) : nil
    settings.head = head
    settings.execute = ScriptedHead.executor(.init())
    let folder = try KubernetesBench.scratchFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let configuration = try Self.configuration(load, in: folder)
    let bench = try await KubernetesBench.start(Self.setting(load), configuration, settings)
    let labeller = NodeLabeller(client: bench.client)
    let changes = NodeLabeller.plan(try await Self.insist { try await labeller.nodes() }, .shared, by: .aliyun)
    for change in changes { try await Self.insist { try await labeller.apply(change) } }
    try await Self.insist { try await labeller.wait(for: changes, within: .seconds(600)) { _ in } }
    let seen = await Self.foreign(on: bench.cluster)
    foreign.withLock { $0 = seen }

    let report = try await Self.send(load, bench, configuration)
    let ids = report.records.map(\.request.id).sorted()
    #expect(ids == Array(1...load.requestCount), about)
    var failed = 0
    for measurement in report.measurements {
      switch measurement.outcome {
      case .completed: #expect(measurement.outputTokens == measurement.request.outputTokens, about)
      case .failed(let reason):
        failed += 1
        #expect(!reason.isEmpty, about)
      default: Issue.record("\(about): request \(measurement.request.id) is \(measurement.outcome)")
      }
    }

    await bench.stopController()
    let back = try NodeLabeller.planOfRestoration(try await Self.insist { try await labeller.nodes() })
    for change in back { try await Self.insist { try await labeller.apply(change) } }
    #expect(await bench.left() == [], about)
    #expect(await Self.foreign(on: bench.cluster) == seen, about)
    #expect(await Self.labels(of: bench.cluster) == before.withLock { $0 }, about)
    await bench.stopCluster()
    await head?.stop()
    return failed
  }

  /// What a user does whose command was refused: it is given again.
  private static func insist<Value>(_ body: () async throws -> Value) async throws -> Value {
    for _ in 0..<20 {
      do { return try await body() } catch is KubernetesError { continue }
    }
    return try await body()
  }

  // MARK: Loads

  private static func configuration(_ load: Load, in folder: URL) throws -> Configuration {
    switch load {
    case .coldstart, .serverlessLLM: try KubernetesBench.coldStartConfiguration()
    case .end2end: try KubernetesBench.endToEndConfiguration(in: folder)
    }
  }

  private static func setting(_ load: Load) -> any ExperimentSetting {
    switch load {
    case .coldstart: KubernetesBench.coldStart
    case .serverlessLLM: ServerlessLLMTests.setting
    case .end2end: KubernetesBench.endToEnd
    }
  }

  private static func send(
    _ load: Load, _ bench: KubernetesBench, _ configuration: Configuration
  ) async throws -> LoadReport {
    switch load {
    case .coldstart:
      try await bench.load(
        try ColdStartExperiment(setting: KubernetesBench.coldStart, configuration: configuration).client)
    case .serverlessLLM:
      try await bench.load(
        try ColdStartExperiment(setting: ServerlessLLMTests.setting, configuration: configuration).client)
    case .end2end:
      try await bench.load(
        OpenLoop(
          try EndToEndExperiment(
            setting: KubernetesBench.endToEnd, seed: 1, samples: ProductionSamples(configuration: configuration),
            configuration: configuration, rules: .published
          ).requests))
    }
  }

  // MARK: What is not ours

  private static func foreign(on cluster: EmulatedCluster) async -> [JSON] {
    var found: [JSON] = []
    for (plural, group) in [("deployments", "apps"), ("replicasets", "apps"), ("pods", ""), ("secrets", "")] {
      found += await cluster.objects(plural, group: group, in: "theirs").map(\.json)
    }
    return found + (await cluster.objects("namespaces")).filter { $0.name == "theirs" }.map(\.json)
  }

  private static func labels(of cluster: EmulatedCluster) async -> [String] {
    await cluster.objects("nodes").map { "\($0.name) \($0.json["metadata"]?["labels"]?.text ?? "")" }.sorted()
  }

  // MARK: Faults

  private static func refusing(_ inner: KubernetesTransport, _ chance: Chance) -> KubernetesTransport {
    KubernetesTransport { call in
      guard chance.happens() else { return inner.open(call) }
      return AsyncThrowingStream { $0.finish(throwing: TransportFailure(.notConnected, "fault")) }
    }
  }

  /// Half of the time (xorshift), but only so many times in a row; always where that has no limit.
  final class Chance: Sendable {
    private let mostInARow: Int
    private let state: Mutex<(random: UInt64, inARow: Int, count: Int)>

    init(seed: UInt64, mostInARow: Int) {
      self.mostInARow = mostInARow
      state = Mutex((seed &* 0x9E37_79B9_7F4A_7C15 | 1, 0, 0))
    }

    /// How many faults there were.
    var count: Int { state.withLock { $0.count } }

    func happens() -> Bool {
      state.withLock { state in
        state.random ^= state.random << 13
        state.random ^= state.random >> 7
        state.random ^= state.random << 17
        guard state.inARow < mostInARow, mostInARow == .max || state.random >> 63 == 1 else {
          state.inARow = 0
          return false
        }
        state.inARow += 1
        state.count += 1
        return true
      }
    }

    func faults(_ fault: Fault, _ request: APIRequest) -> [KubernetesEmulation.APIFault] {
      guard applies(fault, request), happens() else { return [] }
      return switch fault {
      case .busyWithTime: [.tooManyRequests(retryAfterSeconds: 1)]
      case .busyWithoutTime: [.tooManyRequests()]
      case .internalError: [.internalError]
      case .unavailable: [.unavailable]
      case .resetInBody: [.cuts(afterBytes: 40)]
      case .latency: [.delays(.milliseconds(100))]  // 5 s by a clock that is fifty times faster
      case .watchClosed: [.endsWatch(afterEvents: 1)]
      case .watchForgotten: [.expiresWatch(afterEvents: 1)]
      case .eventTwice: [.repeatsEvent(1)]
      case .conflict: [.conflict]
      case .credentialExpired: [.unauthorized]
      case .forbidden: [.forbidden]
      case .refused: []
      }
    }

    private func applies(_ fault: Fault, _ request: APIRequest) -> Bool {
      switch fault {
      case .watchClosed, .watchForgotten, .eventTwice: request.verb == "watch"
      case .conflict: request.verb == "delete" || request.verb == "patch" && Self.isWorkerOrNode(request)
      case .forbidden:
        request.subresource == "log" || request.verb == "watch" || request.verb == "delete"
          || request.verb == "patch" && Self.isWorkerOrNode(request) && request.type?.plural != "nodes"
      case .resetInBody: request.verb != "watch"
      case .refused: false
      default: true
      }
    }

    private static func isWorkerOrNode(_ request: APIRequest) -> Bool {
      request.name?.hasPrefix("node") == true
    }
  }
}
