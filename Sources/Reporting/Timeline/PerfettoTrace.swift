import Experiments

/// A run as a trace in the JSON format of Chrome and Perfetto, for ui.perfetto.dev or chrome://tracing.
///
/// Each node is a process. Each worker has three threads, since what it does itself, what it fetches and what goes to the
/// GPU overlap; a stage is a complete event. NIC shares and GPU memory are counters of the node. Requests are
/// asynchronous events of a process of their own.
///
/// - Source: the Trace Event Format; times are in microseconds.
public struct PerfettoTrace: Sendable {
  /// An event of the trace; keys that a kind does not need are left out.
  struct Event: Encodable {
    let ph: String
    let name: String
    let pid: Int
    var tid: Int?
    var cat: String?
    var ts: Double?
    var dur: Double?
    var id: Int?
    var args: [String: Argument]?
  }

  /// An argument of an event.
  enum Argument: Encodable, Hashable {
    case text(String)
    case number(Double)

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .number(let number): try container.encode(number)
      }
    }
  }

  /// The events, names first.
  let events: [Event]

  /// The trace of a run.
  public init(_ run: RecordedRun) {
    let timeline = run.timeline
    let network = timeline.networkSteps(configuration: run.configuration)
    events =
      timeline.nodes.indices.flatMap { Self.names(node: $0, timeline) }
      + timeline.workers.indices.flatMap { Self.stages(worker: $0, timeline) }
      + timeline.nodes.indices.flatMap { Self.counters(node: $0, timeline, network[$0]) }
      + Self.requests(timeline)
  }

  /// The trace as text: one event a line.
  ///
  /// - Throws: never in practice; encoding numbers to JSON may by its type.
  public func json() throws -> String {
    let lines = try JSONText.lines(events).split(separator: "\n")
    return "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n" + lines.joined(separator: ",\n") + "\n]}\n"
  }

  // MARK: Parts

  private static func process(_ node: Int) -> Int { node + 1 }

  private static func thread(_ worker: Int, _ track: Int) -> Int {
    worker * StageKind.tracks.count + track + 1
  }

  private static func microseconds(_ seconds: Double) -> Double {
    (seconds * 1e9).rounded() / 1e3
  }

  private static func names(node: Int, _ timeline: RunTimeline) -> [Event] {
    let type = timeline.nodes[node].type
    let label = "\(timeline.nodes[node].name) (\(type.gpuCount) x \(type.gpuType.name.uppercased()))"
    let pid = process(node)
    let process = [
      Event(ph: "M", name: "process_name", pid: pid, args: ["name": .text(label)]),
      Event(ph: "M", name: "process_sort_index", pid: pid, args: ["sort_index": .number(Double(node))]),
    ]
    return process
      + timeline.workers.enumerated().filter { $0.element.node == node }.flatMap { index, worker in
        StageKind.tracks.indices.flatMap { track -> [Event] in
          let tid = thread(index, track)
          let name = "GPU \(worker.gpu), \(worker.pod), \(StageKind.tracks[track])"
          // Workers of a GPU stand together, in the order in which they were asked for.
          let order = worker.gpu * timeline.workers.count * StageKind.tracks.count + tid
          return [
            Event(ph: "M", name: "thread_name", pid: pid, tid: tid, args: ["name": .text(name)]),
            Event(
              ph: "M", name: "thread_sort_index", pid: pid, tid: tid, args: ["sort_index": .number(Double(order))]),
          ]
        }
      }
  }

  private static func stages(worker index: Int, _ timeline: RunTimeline) -> [Event] {
    let worker = timeline.workers[index]
    return worker.stages.map { stage in
      let kind = StageKind.all[stage.kind]
      return Event(
        ph: "X", name: kind.label, pid: process(worker.node), tid: thread(index, kind.track), cat: "cold_start",
        ts: microseconds(stage.start), dur: microseconds(stage.end - stage.start),
        args: [
          "instance": .number(Double(worker.instance)), "model": .text(worker.model),
          "rank": .number(Double(worker.rank)), "pipeline_size": .number(Double(worker.pipelineSize)),
        ])
    }
  }

  private static func counters(
    node: Int, _ timeline: RunTimeline, _ network: [RunTimeline.NetworkStep]
  ) -> [Event] {
    let pid = process(node)
    let rates = network.map {
      Event(
        ph: "C", name: "NIC (GB/s)", pid: pid, ts: microseconds($0.time),
        args: ["rate": .number(($0.total * 1e6).rounded() / 1e6)])
    }
    let memory = (0..<timeline.nodes[node].type.gpuCount).flatMap { gpu in
      timeline.memorySteps(node: node, gpu: gpu).map {
        Event(
          ph: "C", name: "GPU \(gpu) memory (GB)", pid: pid, ts: microseconds($0.time),
          args: ["held": .number(Double($0.heldGB))])
      }
    }
    return rates + memory
  }

  private static func requests(_ timeline: RunTimeline) -> [Event] {
    let pid = timeline.nodes.count + 1
    let name = Event(ph: "M", name: "process_name", pid: pid, args: ["name": .text("requests")])
    return [name]
      + timeline.requests.flatMap { request -> [Event] in
        guard let end = request.finished ?? request.firstToken else { return [] }
        let event = { (phase: String, time: Double) in
          Event(
            ph: phase, name: request.model, pid: pid, tid: 1, cat: "request", ts: microseconds(time), id: request.id)
        }
        return [event("b", request.sent)] + (request.firstToken.map { [event("n", $0)] } ?? []) + [event("e", end)]
      }
  }
}
