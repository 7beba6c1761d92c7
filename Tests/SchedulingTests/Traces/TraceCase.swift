import GoldenData
import Quantities
import ServingModel
import Testing

@testable import Scheduling

/// One recorded run of the published control plane: the scenario it was given and the events it logged.
struct TraceCase: Sendable {
  struct ScriptedRequest: Sendable {
    let id: RequestID
    let time: Timestamp
    let deployment: DeploymentIndex
    let tokens: Int
    let prefill: Duration
    let fails: Bool
    let isAbandonedAfterFirstToken: Bool
  }

  struct Latencies: Sendable {
    let createPods: Duration
    let initialise: [Int: Duration]
    let deletePod: Duration
    let timePerOutputToken: Duration
    let loadRest: Duration
    let migrate: Duration
    let stopOrigin: Duration
    let cacheQuery: Duration
  }

  struct Eviction: Sendable {
    let model: String
    let node: Int
    let from: Timestamp
    let to: Timestamp
  }

  let index: Int
  let algorithm: String
  let usesCache: Bool
  let compare: String
  let nodes: [GPUServer]
  let deployments: [ModelDeployment]
  let requests: [ScriptedRequest]
  let latencies: Latencies
  /// How long a pause of zero took on the recorded clock.
  let tick: Duration
  let evictions: [Eviction]
  let end: Timestamp
  let events: [TraceEvent]
  let final: JSONValue
  let freeGBAtEnd: Int
  /// Sums over the run, once for each tick that the recorded clock was tried with.
  let aggregates: [[String: JSONValue]]

  /// All recorded runs.
  static func all() throws -> [TraceCase] {
    try GoldenData.load("scheduler_trace/index.json")["cases"].array.flatMap { entry in
      let number = try entry[0].int
      let file = "scheduler_trace/\(number < 10 ? "0" : "")\(number).json"
      return try GoldenData.cases(file).map { try TraceCase($0) }
    }
  }

  init(_ json: JSONValue) throws {
    let scenario = try json["scenario"]
    index = try json["i"].int
    algorithm = try json["algorithm"].string
    usesCache = try json["use_cache"].bool
    compare = try json["compare"].string
    nodes = try scenario["nodes"].array.map { node in
      GPUServer(
        name: try node["name"].string,
        type: InstanceType(
          name: "scripted", gpuType: GPUType("any"), gpuCount: try node["gpus"].int,
          gpuMemoryGB: try node["gpu_mem"].int, network: .gbps(try node["net"].double), hostMemoryGB: 0,
          virtualCPUs: 0))
    }
    deployments = try Self.deployments(try scenario["models"].array)
    let names = deployments.map(\.name.description)
    requests = try scenario["requests"].array.map { request in
      let model = try request["model"].string
      return ScriptedRequest(
        id: try request["id"].int, time: .seconds(try request["t"].double),
        deployment: try #require(names.firstIndex(of: model)), tokens: try request["tokens"].int,
        prefill: .seconds(try request["prefill"].double), fails: try !request["fail"].isNull,
        isAbandonedAfterFirstToken: try !request["abandon_after_first"].isNull)
    }
    let latency = try scenario["latency"]
    var initialise: [Int: Duration] = [:]
    for (size, seconds) in try latency["initialize"].object {
      initialise[try #require(Int(size))] = .seconds(try seconds.double)
    }
    latencies = Latencies(
      createPods: .seconds(try latency["create_pods"].double), initialise: initialise,
      deletePod: .seconds(try latency["delete_pod"].double),
      timePerOutputToken: .seconds(try latency["tpot"].double), loadRest: .seconds(try latency["load_rest"].double),
      migrate: .seconds(try latency["migrate"].double), stopOrigin: .seconds(try latency["stop_origin"].double),
      cacheQuery: .seconds(try latency["cache_query"].double))
    evictions =
      try scenario["evictions"].isNull
      ? []
      : scenario["evictions"].array.map { eviction in
        let to = try eviction["to"]
        return Eviction(
          model: try eviction["model"].string,
          node: try #require(Int(try eviction["node_store"].string.dropFirst("store-".count))),
          from: .seconds(try eviction["from"].double), to: .seconds(try to.isNull ? 1e9 : to.double))
      }
    end = .seconds(try scenario["until_s"].double)
    tick = .seconds(try scenario["tick_s"].double)
    events = try json["events"].array.map { try TraceEvent($0) }
    final = try json["final"]
    freeGBAtEnd = try json["final"]["free_mem"].array.reduce(0) { sum, node in
      sum + (try node.array.reduce(0) { $0 + (try $1.int) })
    }
    aggregates = try json["aggregates_by_tick"].object.sorted { $0.key < $1.key }.map { try $0.value.object }
  }

  /// Replica numbers of a model go on from one application to the next.
  private static func deployments(_ models: [JSONValue]) throws -> [ModelDeployment] {
    var nextReplica: [String: Int] = [:]
    return try models.flatMap { model in
      let name = try model["name"].string
      let first = nextReplica[name, default: 0]
      let count = try model["replicas"].int
      nextReplica[name] = first + count
      let size = try model["size"].int
      let slo = SLO(
        timeToFirstToken: .milliseconds(try model["ttft_slo"].double),
        timePerOutputToken: .milliseconds(try model["tpot_slo"].double))
      return (first..<first + count).map {
        ModelDeployment(
          name: ModelInstanceName(model: name, replica: $0), schedulerSizeGB: size,
          weights: .gigabytes(Double(size)), slo: slo)
      }
    }
  }

  /// The control plane that the recorded one is compared with; `nil` for an algorithm that it has no rule for.
  ///
  /// - Parameter endsAtGracePeriod: whether an instance that has been idle for exactly the grace period ends, or only
  ///   one that has been idle for longer. The recorded clock decides such ties by rounding.
  func controlPlane(endsAtGracePeriod: Bool) -> HydraServeControlPlane? {
    let placement: any PlacementPolicy
    if algorithm == "naive" {
      placement = FirstFitPlacement()
    } else if algorithm.hasPrefix("static"), let size = Int(algorithm.dropFirst("static".count)) {
      placement = StaticPlacement(pipelineSize: size)
    } else if algorithm.hasPrefix("ours"), let size = Int(algorithm.dropFirst("ours".count)) {
      placement = SLOAwarePlacement(maxPipelineSize: size)
    } else {
      return nil
    }
    var configuration = HydraServeConfiguration(placement: placement)
    configuration.prefetchesWeights = algorithm != "naive"
    configuration.usesHostMemoryCache = usesCache
    configuration.cachedRetryPause = tick
    if endsAtGracePeriod {
      configuration.gracePeriod -= .microseconds(10)
    }
    return HydraServeControlPlane(nodes: nodes, deployments: deployments, configuration: configuration)
  }

  /// What the published code loses here, so that the corrected outcome is required instead.
  var isBroken: Bool {
    leaks || events.contains { $0.name == "instance_loop_died" } || losesInstance
  }

  /// Whether memory is still held at the end although every request ended much longer ago than the grace period.
  private var losesInstance: Bool {
    guard let lastEnd = events.last(where: { $0.name == "request_done" })?.time else { return false }
    let total = nodes.reduce(0) { $0 + $1.type.gpuCount * $1.type.gpuMemoryGB }
    return freeGBAtEnd < total && end.inSeconds - lastEnd > 60
  }

  /// Whether a request fails or its client leaves, which the published code never gets over.
  private var leaks: Bool {
    requests.contains { $0.fails || $0.isAbandonedAfterFirstToken }
  }
}
