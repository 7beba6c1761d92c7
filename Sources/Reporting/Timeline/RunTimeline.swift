import Experiments
import Quantities
import ServingModel

/// What happened in a run, by worker: when each stage of its cold start began and ended, what its GPU held for it, and
/// when requests were sent and answered. Times are seconds since the start of the run.
public struct RunTimeline: Sendable {
  /// A stage of a worker's cold start.
  struct Stage: Hashable {
    /// Its position in ``StageKind/all``.
    let kind: Int
    let start: Double
    let end: Double
  }

  /// A worker, from the moment its pod was asked for until that has gone.
  struct Worker {
    let pod: String
    let instance: Int
    /// The model instance name, `vendor/name/k`.
    let model: String
    let rank: Int
    let pipelineSize: Int
    /// The position of its node.
    let node: Int
    let gpu: Int
    /// GPU memory that it holds.
    let heldGB: Int
    let from: Double
    var to: Double
    var stages: [Stage] = []
  }

  /// A request.
  struct Request {
    let id: Int
    let model: String
    let sent: Double
    let firstToken: Double?
    let finished: Double?
    let metColdStart: Bool
    /// The instance that served it.
    let instance: Int?
    /// What it was for in a cold-start run.
    let step: String?
  }

  /// The GPU servers.
  let nodes: [GPUServer]
  /// The workers in the order in which they were asked for.
  let workers: [Worker]
  /// The requests in the order in which they were sent.
  let requests: [Request]
  /// When the last thing happened.
  let end: Double

  /// The timeline of a run.
  ///
  /// - Parameters:
  ///   - events: the lines of `events.jsonl`.
  ///   - requests: the lines of `requests.jsonl`, of the first seed.
  ///   - nodes: the GPU servers of the run's backend.
  init(events: [EventLine], requests: [TimelineRequest], nodes: [GPUServer]) {
    var builder = Builder(nodes: nodes)
    for event in events { builder.add(event) }
    let ends = requests.flatMap { [$0.sent, $0.finished ?? 0] } + events.map(\.time)
    let end = ends.max() ?? 0
    self.nodes = nodes
    self.end = end
    workers = builder.workers.map { worker in
      var worker = worker
      worker.to = worker.to.isFinite ? worker.to : end
      if worker.stages.isEmpty, let ready = builder.readyAt[worker.pod] {
        worker.stages = [Stage(kind: StageKind.undivided, start: worker.from, end: ready)]
      }
      return worker
    }
    self.requests = requests.map { request in
      Request(
        id: request.id, model: request.model, sent: request.sent, firstToken: request.firstToken,
        finished: request.finished, metColdStart: request.coldStart, instance: builder.instanceOfRequest[request.id],
        step: request.step)
    }
  }

  /// Puts workers together from events.
  private struct Builder {
    let nodes: [GPUServer]
    var workers: [Worker] = []
    var instanceOfRequest: [Int: Int] = [:]
    var readyAt: [String: Double] = [:]
    private var workerOfPod: [String: Int] = [:]

    init(nodes: [GPUServer]) {
      self.nodes = nodes
    }

    mutating func add(_ event: EventLine) {
      switch event.event {
      case "pods_requested": addWorkers(event)
      case "stage": addStage(event)
      case "instance_ready":
        for pod in event.pods ?? [] { readyAt[pod] = event.time }
      case "release_finished":
        for pod in event.pods ?? [] { workerOfPod[pod].map { workers[$0].to = event.time } }
      case "request_allocated":
        if let request = event.request { instanceOfRequest[request] = event.instance }
      default: break
      }
    }

    private mutating func addWorkers(_ event: EventLine) {
      let pods = event.pods ?? []
      for (rank, pod) in pods.enumerated() {
        guard let name = event.nodes?[rank], let node = nodes.firstIndex(where: { $0.name == name }),
          let instance = event.instance, let gpu = event.gpus?[rank]
        else { continue }
        workerOfPod[pod] = workers.count
        workers.append(
          Worker(
            pod: pod, instance: instance, model: event.model ?? "", rank: rank, pipelineSize: pods.count, node: node,
            gpu: gpu, heldGB: event.heldGB?[rank] ?? 0, from: event.time, to: .infinity))
      }
    }

    private mutating func addStage(_ event: EventLine) {
      guard let pod = event.pods?.first, let worker = workerOfPod[pod],
        let kind = event.stage.flatMap(StageKind.index), let start = event.start, let end = event.end
      else { return }
      workers[worker].stages.append(Stage(kind: kind, start: start, end: end))
    }
  }
}

extension RunTimeline.Worker {
  /// The identifier of the model, without its replica.
  var modelIdentifier: String {
    model.lastIndex(of: "/").map { String(model[..<$0]) } ?? model
  }

  /// When the worker could serve: the end of the last stage before the first token; `nil` without a stage.
  var readyAt: Double? {
    stages.filter { !["first_token", "rest"].contains(StageKind.all[$0.kind].name) }.map(\.end).max()
  }
}
