import Experiments

/// A timeline as the report's page embeds it: whole milliseconds in columns, columns that rise as differences, so that an
/// hour takes little room.
struct CompactTimeline: Encodable {
  struct Node: Encodable {
    let name: String
    let type: String
    let gpus: Int
    /// Memory of a GPU in GB.
    let memory: Int
    /// Rate of the NIC in GB/s.
    let network: Double
  }

  struct Workers: Encodable {
    var from: [Int] = []
    var length: [Int] = []
    var node: [Int] = []
    var gpu: [Int] = []
    var lane: [Int] = []
    var model: [Int] = []
    var instance: [Int] = []
    var rank: [Int] = []
    var size: [Int] = []
    var held: [Int] = []
    /// How many of the stages, which follow one another, are the worker's.
    var stages: [Int] = []
  }

  /// Starts count from the worker's.
  struct Stages: Encodable {
    var kind: [Int] = []
    var start: [Int] = []
    var length: [Int] = []
  }

  /// Rates are in MB/s; each step has as many as `count` says.
  struct Network: Encodable {
    var time: [Int] = []
    var count: [Int] = []
    var rate: [Int] = []
    var worker: [Int] = []
  }

  struct Memory: Encodable {
    var time: [Int] = []
    var held: [Int] = []
  }

  /// Answers count from sending; −1 for none.
  struct Requests: Encodable {
    var id: [Int] = []
    var sent: [Int] = []
    var first: [Int] = []
    var end: [Int] = []
    var instance: [Int] = []
  }

  let name: String
  let title: String
  let source: String
  let end: Int
  let models: [String]
  let nodes: [Node]
  private(set) var workers = Workers()
  private(set) var stages = Stages()
  private(set) var network: [Network] = []
  private(set) var memory: [[Memory]] = []
  private(set) var requests = Requests()

  init(_ run: RecordedRun) {
    let timeline = run.timeline
    name = run.name
    title = run.title
    source = run.source
    end = max(1, Self.milliseconds(timeline.end))
    models = timeline.workers.map(\.model).uniqued()
    nodes = timeline.nodes.map { node in
      Node(
        name: node.name, type: node.type.gpuType.name.uppercased(), gpus: node.type.gpuCount,
        memory: node.type.gpuMemoryGB, network: node.type.network.inGigabytesPerSecond)
    }
    add(timeline.workers)
    for steps in timeline.networkSteps(configuration: run.configuration) { add(steps) }
    memory = timeline.nodes.indices.map { node in
      (0..<timeline.nodes[node].type.gpuCount).map { gpu in
        let steps = timeline.memorySteps(node: node, gpu: gpu)
        return Memory(time: Self.differences(steps.map(\.time)), held: steps.map(\.heldGB))
      }
    }
    add(timeline.requests)
  }

  private mutating func add(_ all: [RunTimeline.Worker]) {
    let lanes = Self.lanes(of: all)
    let positions = Dictionary(uniqueKeysWithValues: models.enumerated().map { ($1, $0) })
    workers.from = Self.differences(all.map(\.from))
    for (worker, lane) in zip(all, lanes) {
      let from = Self.milliseconds(worker.from)
      workers.length.append(Self.milliseconds(worker.to) - from)
      workers.node.append(worker.node)
      workers.gpu.append(worker.gpu)
      workers.lane.append(lane)
      workers.model.append(positions[worker.model] ?? 0)
      workers.instance.append(worker.instance)
      workers.rank.append(worker.rank)
      workers.size.append(worker.pipelineSize)
      workers.held.append(worker.heldGB)
      workers.stages.append(worker.stages.count)
      for stage in worker.stages {
        let start = Self.milliseconds(stage.start)
        stages.kind.append(stage.kind)
        stages.start.append(start - from)
        stages.length.append(Self.milliseconds(stage.end) - start)
      }
    }
  }

  private mutating func add(_ steps: [RunTimeline.NetworkStep]) {
    network.append(
      Network(
        time: Self.differences(steps.map(\.time)), count: steps.map(\.shares.count),
        rate: steps.flatMap { $0.shares.map { Int(($0.rate * 1000).rounded()) } },
        worker: steps.flatMap { $0.shares.map(\.worker) }))
  }

  private mutating func add(_ all: [RunTimeline.Request]) {
    requests.sent = Self.differences(all.map(\.sent))
    for request in all {
      let since = { (moment: Double?) in
        moment.map { Self.milliseconds($0) - Self.milliseconds(request.sent) } ?? -1
      }
      requests.id.append(request.id)
      requests.first.append(since(request.firstToken))
      requests.end.append(since(request.finished))
      requests.instance.append(request.instance ?? -1)
    }
  }

  /// For each worker a lane of its GPU in which no other worker overlaps with it: the first that is free.
  static func lanes(of workers: [RunTimeline.Worker]) -> [Int] {
    struct Place: Hashable {
      let node: Int
      let gpu: Int
    }
    var busyUntil: [Place: [Double]] = [:]
    return workers.map { worker in
      var lanes = busyUntil[Place(node: worker.node, gpu: worker.gpu)] ?? []
      let free = lanes.firstIndex { $0 <= worker.from } ?? lanes.count
      if free == lanes.count { lanes.append(worker.to) } else { lanes[free] = worker.to }
      busyUntil[Place(node: worker.node, gpu: worker.gpu)] = lanes
      return free
    }
  }

  static func milliseconds(_ seconds: Double) -> Int {
    Int((seconds * 1000).rounded())
  }

  /// Each moment's distance from the one before, the first one's from 0.
  static func differences(_ seconds: [Double]) -> [Int] {
    let moments = seconds.map(milliseconds)
    return zip(moments, [0] + moments).map { $0 - $1 }
  }
}
