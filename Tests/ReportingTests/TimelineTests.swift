import Experiments
import Foundation
import Quantities
import ServingModel
import Testing

@testable import Reporting

/// Timelines of runs: workers, stages, what they hold of GPUs and NICs.
@Suite struct TimelineTests {
  static func finder() throws -> RunFinder {
    let configuration = try Configuration.load(userFile: nil)
    let inputs = { (seed: UInt64) in RunInputs(configuration: configuration, seed: seed, rules: .published) }
    return RunFinder(
      store: RecordStore(folder: "/nonexistent"), coldStart: inputs(1), endToEnd: inputs(21))
  }

  static let coldStart = ColdStartSetting(system: .hydraServe, modelSet: "0", backend: "v100")
  static let hour = EndToEndSetting(system: .hydraServe, cv: 8, requestsPerSecond: 0.6)

  @Test func `a pipeline of a cold start has a worker for each stage, and stages that follow one another`() throws {
    let run = try Self.finder().find(Self.coldStart)
    #expect(run.source == "unrecorded:simulated")
    // OPT-2.7B starts alone, the other four models in four stages, each three times.
    #expect(run.timeline.workers.count == 3 + 4 * 3 * 4)
    #expect(run.timeline.requests.count == 15)
    for worker in run.timeline.workers {
      for track in StageKind.tracks.indices {
        let stages = worker.stages.filter { StageKind.all[$0.kind].track == track }.sorted { $0.start < $1.start }
        for (one, next) in zip(stages, stages.dropFirst()) { #expect(one.end <= next.start) }
      }
      #expect(worker.stages.allSatisfy { worker.from <= $0.start && $0.start <= $0.end && $0.end <= worker.to })
      #expect(worker.to <= run.timeline.end)
    }
  }

  @Test func `a cold start's time to first token is the end of its stages and the way to the client`() throws {
    let run = try Self.finder().find(Self.coldStart)
    let first = try #require(StageKind.index(of: "first_token"))
    for request in run.timeline.requests where request.metColdStart {
      let workers = run.timeline.workers.filter { $0.instance == request.instance }
      let left = try #require(workers.flatMap(\.stages).filter { $0.kind == first }.map(\.end).max())
      // 20 ms to the client (docs/fidelity.md).
      #expect(abs(try #require(request.firstToken) - left - 0.02) < 1e-6)
    }
  }

  @Test func `a worker whose stages nobody recorded has one bar until it is ready`() throws {
    let lines = """
      {"event":"pods_requested","gpus":[0],"held_gb":[12],"instance":0,"model":"m/0","nodes":["a"],"pods":["p"],"t_s":2}
      {"event":"instance_ready","instance":0,"model":"m/0","pods":["p"],"t_s":9}
      {"event":"release_finished","instance":0,"pods":["p"],"t_s":30}
      """
    let events = try JSONLinesFile.read(EventLine.self, text: lines, path: "events.jsonl", expected: "an event")
    let type = InstanceType(
      name: "t", gpuType: GPUType("a10"), gpuCount: 1, gpuMemoryGB: 22, network: .gbps(16), hostMemoryGB: 1,
      virtualCPUs: 1)
    let timeline = RunTimeline(events: events, requests: [], nodes: [GPUServer(name: "a", type: type)])
    let worker = try #require(timeline.workers.first)
    #expect(worker.stages == [RunTimeline.Stage(kind: StageKind.undivided, start: 2, end: 9)])
    #expect(worker.readyAt == 9 && worker.to == 30)
    #expect(timeline.memorySteps(node: 0, gpu: 0).map(\.heldGB) == [12, 0])
  }

  @Test func `a line that is no event is named`() {
    let expected = ExperimentError.malformed(path: "events.jsonl", line: 2, expected: "an event")
    #expect(throws: expected) {
      try JSONLinesFile.read(
        EventLine.self, text: "{\"event\":\"x\",\"t_s\":1}\n{\"event\":2}\n", path: "events.jsonl",
        expected: "an event")
    }
  }

  @Test func `one fetch has the NIC to itself, two share it evenly`() {
    // 2 GB/s; the first fetch alone for 1 s, then both for 2 s, then the second alone for 1 s: 4 GB each.
    let fetches = [
      RunTimeline.Fetch(worker: 0, start: 0, end: 3, gigabytes: 4), .init(worker: 1, start: 1, end: 4, gigabytes: 4),
    ]
    let steps = RunTimeline.networkSteps(of: fetches, capacity: 2)
    #expect(steps.map(\.time) == [0, 1, 3, 4])
    #expect(steps.map { $0.shares.map(\.rate) } == [[2], [1, 1], [2], []])
    #expect(steps.map { $0.shares.map(\.worker) } == [[0], [0, 1], [1], []])
  }

  @Test func `a fetch that is held up elsewhere adds up to what it fetched`() {
    // Storage gives only 1 of 2 GB/s.
    let steps = RunTimeline.networkSteps(
      of: [RunTimeline.Fetch(worker: 5, start: 10, end: 14, gigabytes: 4)], capacity: 2)
    #expect(steps.map(\.total) == [1, 0])
    #expect(RunTimeline.networkSteps(of: [], capacity: 2).isEmpty)
  }

  @Test func `no GPU holds more than it has and no NIC carries more, all through an hour`() throws {
    let run = try Self.finder().find(Self.hour)
    let timeline = run.timeline
    #expect(timeline.requests.count == 2160)
    #expect(timeline.requests.allSatisfy { $0.instance != nil })
    for (node, steps) in timeline.networkSteps(configuration: run.configuration).enumerated() {
      let capacity = timeline.nodes[node].type.network.inGigabytesPerSecond
      #expect(steps.allSatisfy { $0.total <= capacity * (1 + 1e-9) })
      #expect(steps.last?.shares.isEmpty ?? true)
      for gpu in 0..<timeline.nodes[node].type.gpuCount {
        let held = timeline.memorySteps(node: node, gpu: gpu).map(\.heldGB)
        #expect(held.allSatisfy { (0...timeline.nodes[node].type.gpuMemoryGB).contains($0) })
        #expect((held.last ?? 0) == 0)
      }
    }
    // Every worker that fetched is in the NIC's steps with all its bytes.
    let worker = try #require(timeline.workers.first { $0.pipelineSize == 2 })
    let bytes = try run.configuration.model(worker.modelIdentifier).stageBytes[1][worker.rank].inGigabytes
    let fetches = timeline.fetches(node: worker.node, configuration: run.configuration)
    #expect(fetches.contains { timeline.workers[$0.worker].pod == worker.pod && $0.gigabytes == bytes })
  }

  @Test func `workers of a GPU that overlap have lanes of their own, others the first free one`() {
    let worker = { (gpu: Int, from: Double, to: Double) in
      RunTimeline.Worker(
        pod: "", instance: 0, model: "", rank: 0, pipelineSize: 1, node: 0, gpu: gpu, heldGB: 0, from: from, to: to)
    }
    let lanes = CompactTimeline.lanes(of: [
      worker(0, 0, 10), worker(0, 5, 8), worker(1, 6, 9), worker(0, 8, 12), worker(0, 9, 11), worker(0, 10, 13),
    ])
    #expect(lanes == [0, 1, 0, 1, 2, 0])
  }

  @Test func `differences of milliseconds add up to the moments`() {
    #expect(CompactTimeline.differences([0.0004, 0.0016, 2, 2, 3.5]) == [0, 2, 1998, 0, 1500])
  }

  @Test(arguments: [
    "nothing", "coldstart/hydraserve", "coldstart/nobody/set0-a10", "endtoend/hydraserve/cv8",
    "endtoend/hydraserve/cv-1-rate2",
  ])
  func `a name that is no run is refused with what is allowed`(name: String) throws {
    #expect {
      _ = try Self.finder().find(name)
    } throws: { error in
      "\(error)".hasPrefix("There is no run `\(name)` with events; allowed: ")
    }
  }

  @Test func `a setting's folder names the setting`() throws {
    let configuration = try Configuration.load()
    #expect(ColdStartSetting.figure7.allSatisfy { ColdStartSetting.named($0.folder, in: configuration) == $0 })
    #expect(EndToEndSetting.figure9.allSatisfy { EndToEndSetting.named($0.folder, in: configuration) == $0 })
    let own = try #require(configuration.policies.first).system
    let hour = EndToEndSetting(system: own, cv: 8, requestsPerSecond: 0.6)
    #expect(EndToEndSetting.named(hour.folder, in: configuration) == hour)
  }
}
