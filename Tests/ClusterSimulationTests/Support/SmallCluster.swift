import Quantities
import Scheduling
import ServingModel

@testable import ClusterSimulation

/// A cluster small enough to compute by hand: round constants, and nodes and models one by one.
struct SmallCluster {
  var system: ServingSystem
  /// The placement rule of every system but ServerlessLLM.
  var placement: any PlacementPolicy
  var nodes: [GPUServer] = []
  var routes: [[Int]] = []
  /// One storage server that never limits, unless a test takes others.
  var storage = [StorageServer(name: "storage-0", network: .gigabytesPerSecond(1000))]
  var hardware = HardwareModel.round
  var deployments: [ModelDeployment] = []
  var models: [SimulatedModel] = []
  /// Host memory of each ServerlessLLM worker.
  var hostPool = ByteCount.gigabytes(10)
  var controlPlaneWork: ControlPlaneWork?

  init(_ system: ServingSystem, placement: any PlacementPolicy = StaticPlacement(pipelineSize: 1)) {
    self.system = system
    self.placement = system == .serverlessVLLM ? FirstFitPlacement() : placement
  }

  mutating func addNode(gigabytesPerSecond: Double, gpus: Int = 1, memoryGB: Int = 64, storage: [Int] = [0]) {
    let type = InstanceType(
      name: "round", gpuType: .round, gpuCount: gpus, gpuMemoryGB: memoryGB,
      network: .gigabytesPerSecond(gigabytesPerSecond), hostMemoryGB: 256, virtualCPUs: 32)
    nodes.append(GPUServer(name: "node-\(nodes.count)", type: type))
    routes.append(storage)
  }

  /// Adds a model of one piece, or cut into `stages` for the pipeline size that their count says.
  mutating func addModel(
    _ weights: ByteCount, stages: [ByteCount] = [], slo: Duration = .seconds(3600), cachePerToken: ByteCount = .zero
  ) {
    var pieces = [[weights]]
    if stages.count > 1 {
      pieces += Array(repeating: [], count: stages.count - 2) + [stages]
    }
    add(pieces, slo: slo, cachePerToken: cachePerToken)
  }

  /// Adds a model with its stages for every pipeline size.
  mutating func add(_ stageBytes: [[ByteCount]], slo: Duration, cachePerToken: ByteCount = .zero) {
    let name = ModelInstanceName(model: "round/model-\(models.count)", replica: 0)
    let model = SimulatedModel(
      name: name.description, stageBytes: stageBytes, keyValueBytesPerToken: cachePerToken)
    models.append(model)
    deployments.append(
      ModelDeployment(
        name: name, schedulerSizeGB: Int(model.bytes.inGigabytes.rounded(.up)), weights: model.bytes,
        slo: SLO(timeToFirstToken: slo, timePerOutputToken: .seconds(1))))
  }

  /// Lets the scheduler count the model added last as so many GB, whatever its bytes.
  mutating func countAs(gigabytes: Int) {
    let last = deployments.removeLast()
    deployments.append(
      ModelDeployment(name: last.name, schedulerSizeGB: gigabytes, weights: last.weights, slo: last.slo))
  }

  var controlPlane: any ControlPlane {
    if system.gpuIsolation == .exclusive {
      return ServerlessLLMControlPlane(
        nodes: nodes, deployments: deployments,
        configuration: ServerlessLLMConfiguration(
          workerNodes: nodes.count, hostPool: Array(repeating: hostPool, count: nodes.count)))
    }
    var configuration = HydraServeConfiguration(placement: placement)
    configuration.prefetchesWeights = system != .serverlessVLLM
    return HydraServeControlPlane(nodes: nodes, deployments: deployments, configuration: configuration)
  }

  var simulated: SimulatedCluster {
    SimulatedCluster(
      nodes: nodes, storage: storage, routes: routes, models: models, hardware: hardware,
      procedure: ColdStartProcedure(of: system), controlPlaneWork: controlPlaneWork)
  }

  /// What happens when clients send those requests; every prompt has 10 tokens.
  func run(_ requests: [SmallRequest]) -> RunLog {
    run(requests, under: controlPlane)
  }

  func run(_ requests: [SmallRequest], under controlPlane: any ControlPlane) -> RunLog {
    let scheduled = requests.enumerated().map { index, request in
      ScheduledRequest(
        request: Request(
          id: index + 1, deployment: request.model, promptTokens: 10, outputTokens: request.outputTokens),
        sendAt: .seconds(request.second), patience: request.patience.map { .seconds($0) })
    }
    var simulation = Simulation(cluster: simulated, controlPlane: controlPlane, source: OpenLoop(scheduled))
    return simulation.run(limit: .seconds(1000))
  }
}

/// A request of a test: when it is sent, to which model, and how many tokens its answer has.
struct SmallRequest {
  var second: Double
  var model = 0
  var outputTokens = 5
  /// Seconds after which its client goes away.
  var patience: Double?

  static func at(_ second: Double, model: Int = 0, outputTokens: Int = 5, patience: Double? = nil) -> Self {
    Self(second: second, model: model, outputTokens: outputTokens, patience: patience)
  }
}

extension GPUType {
  static let round = GPUType("round")
}

extension HardwareModel {
  /// Round numbers, no two of which are mistaken for each other in a sum: with a model of 8 GB and a prompt of 10
  /// tokens a prefill takes 0.1 s + 10 × 8 × 1 ms = 0.18 s and a decode step 10 ms + 8 × 1 ms = 18 ms.
  static let round = HardwareModel(
    gpus: [
      .round: GPUConstants(
        workerStart: .seconds(2), frameworkLoad: .gigabytesPerSecond(2), engineProfile: .seconds(3),
        engineInitialisation: .seconds(1), prefillBase: .milliseconds(100), prefillPerTokenAndGB: .milliseconds(1),
        decodeBase: .milliseconds(10), decodePerGB: .milliseconds(1))
    ],
    hostToGPU: .gigabytesPerSecond(4), pipelineSetup: .milliseconds(1500), fetchCap: nil,
    startSplit: WorkerStartSplit(container: 0.5, runtime: 0.25), podDeletion: .seconds(2),
    responsePath: .milliseconds(20), batchSlowdown: 0.1, pipelineHop: .milliseconds(20))
}

extension RunLog {
  /// Start and end in seconds of a stage, for each time that a worker went through it.
  func seconds(of stage: ColdStartStage, instance: InstanceID = 0, rank: Int = 0) -> [[Double]] {
    stages.filter { $0.stage == stage && $0.instance == instance && $0.rank == rank }
      .map { [$0.start.inSeconds, $0.end.inSeconds] }
  }

  var stages: [StageInterval] {
    events.compactMap { event in
      if case .stage(let interval) = event { interval } else { nil }
    }
  }

  var decisions: [(decision: Decision, time: Timestamp)] {
    events.compactMap { event in
      if case .decision(let decision, let time) = event { (decision, time) } else { nil }
    }
  }
}

extension RequestRecord {
  /// Seconds from being sent to the end, as far as there was one.
  var endToEndSeconds: Double? {
    finishedAt.map { ($0 - sentAt).inSeconds }
  }
}

/// Whether seconds agree with a hand computation: every step of a run is cut to whole nanoseconds, so a sum of some
/// tens of steps is exact to some tens of nanoseconds.
func agrees(_ seconds: Double?, _ expected: Double) -> Bool {
  guard let seconds else { return false }
  return abs(seconds - expected) < 1e-7
}

func agrees(_ intervals: [[Double]], _ expected: [[Double]]) -> Bool {
  intervals.count == expected.count
    && zip(intervals, expected).allSatisfy { found, wanted in zip(found, wanted).allSatisfy { agrees($0, $1) } }
}
