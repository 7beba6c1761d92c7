import Policies
import Quantities
import Scheduling
import ServingModel
import WireProtocols

/// The lines that a policy's program is sent.
enum PolicyMessages {
  /// The version of the protocol; it changes when a program that was written for it would no longer do.
  static let version: Int64 = 1

  /// The first line: what there is. The program answers with the version that it speaks.
  static func hello(_ settings: PolicySettings) -> JSON {
    let configuration = settings.hydraServe
    return [
      "type": "hello", "protocol": .integer(version),
      "nodes": .array(settings.nodes.map(node)), "models": .array(settings.deployments.map(model)),
      "batch_size": .integer(Int64(configuration.batchSizePerStage)),
      "grace_period_s": .number(configuration.gracePeriod.inSeconds),
      "max_pipeline_size": .integer(Int64(settings.maxPipelineSize)),
    ]
  }

  private static func node(_ server: GPUServer) -> JSON {
    [
      "name": .string(server.name), "gpu": .string(server.type.gpuType.name),
      "gpus": .integer(Int64(server.type.gpuCount)), "gpu_memory_gb": .integer(Int64(server.type.gpuMemoryGB)),
      "network_gbps": .number(server.type.network.inGbps), "memory_gb": .integer(Int64(server.type.hostMemoryGB)),
    ]
  }

  /// A model with the GPU memory of a worker that holds all of it.
  private static func model(_ model: ModelDeployment) -> JSON {
    [
      "name": .string(model.name.description), "size_gb": .integer(Int64(model.schedulerSizeGB)),
      "memory_gb": .integer(Int64(PlacementQuery.memoryOfWholeModelGB(ofSizeGB: model.schedulerSizeGB))),
      "ttft_slo_s": .number(model.slo.timeToFirstToken.inSeconds),
      "tpot_slo_s": .number(model.slo.timePerOutputToken.inSeconds),
      "application": model.application.map { .string($0) } ?? .null,
    ]
  }

  /// An event with the state of the cluster that the program may know.
  static func event(_ event: ControlPlaneEvent, at now: Timestamp, books: PolicyBooks) -> JSON {
    let (name, members) = described(event)
    let common: [JSON.Member] = [
      .init("type", "event"), .init("t_s", .number(now.inSeconds)), .init("event", .string(name)),
    ]
    let state: [JSON.Member] = [
      .init("free_gb", .array(books.freeGB.map { .array($0.map { .integer(Int64($0)) }) })),
      .init("fetching", .array(books.fetching.map { .integer(Int64($0)) })),
    ]
    return .object(common + members + state)
  }

  private static func described(_ event: ControlPlaneEvent) -> (String, [JSON.Member]) {
    let number = { (name: String, value: Int) in JSON.Member(name, .integer(Int64(value))) }
    let reason = { (text: String) in JSON.Member("reason", .string(text)) }
    switch event {
    case .started: return ("started", [])
    case .requestArrived(let request, let deployment):
      return ("request_arrived", [number("request", request), number("model", deployment)])
    case .podsHaveAddresses(let instance): return ("pods_have_addresses", [number("instance", instance)])
    case .workerInitialised(let instance, let rank):
      return ("worker_initialised", [number("instance", instance), number("rank", rank)])
    case .instanceFailed(let instance, let text):
      return ("instance_failed", [number("instance", instance), reason(text)])
    case .firstToken(let request): return ("first_token", [number("request", request)])
    case .requestFinished(let request, let tokens):
      return ("request_finished", [number("request", request), number("tokens", tokens)])
    case .requestFailed(let request, let text): return ("request_failed", [number("request", request), reason(text)])
    case .clientLeft(let request): return ("client_left", [number("request", request)])
    case .podsGone(let instance, workers: _): return ("pods_gone", [number("instance", instance)])
    case .cacheAnswered(let deployment, let node, let answer):
      return (
        "cache_answered",
        [number("model", deployment), number("node", node), .init("answer", .string(answer.rawValue))]
      )
    case .timer(.policy(let timer)): return ("timer", [number("timer", timer)])
    case .restLoaded, .kvCacheMigrated, .oldStageStopped, .timer:
      preconditionFailure("no command of the protocol leads to this event")
    }
  }
}
