import GoldenData
import Quantities
import Scheduling
import ServingModel
import Testing

@testable import ClusterSimulation
@testable import Experiments

/// A line of each kind as it stands in the file, by hand; keys carry their units.
@Suite struct EventLineTests {
  private static let claims = [
    GPUClaim(podName: "node0-0", node: 0, gpu: 0, askedGB: 12, heldGB: 12),
    GPUClaim(podName: "node2-0", node: 2, gpu: 0, askedGB: 5, heldGB: 22),
  ]
  private static let plan = PlacementPlan(nodes: [0, 2], memoryGB: [12, 5], gbps: [16, 16], willConsolidate: true)

  private static let decisions: [(Decision, String)] = [
    (
      .instanceCreated(3, deployment: 0, pipelineSize: 2, willConsolidate: true),
      #"{"event":"instance_created","instance":3,"model":"facebook/opt-2.7b/0","pipeline_size":2,"t_s":1.5,"#
        + #""will_consolidate":true}"#
    ),
    (
      .networkClaimed(nodes: [0, 1], sizeGB: 7, sloMilliseconds: 9000),
      #"{"event":"network_claimed","nodes":["a10-0","a10-1"],"size_gb":7,"slo_ms":9000,"t_s":1.5}"#
    ),
    (.networkReleased(nodes: [3]), #"{"event":"network_released","nodes":["a10-3"],"t_s":1.5}"#),
    (
      .podsRequested(3, deployment: 0, plan: plan, claims: claims),
      #"{"event":"pods_requested","gpus":[0,0],"held_gb":[12,22],"instance":3,"memory_gb":[12,5],"#
        + #""model":"facebook/opt-2.7b/0","nodes":["a10-0","a10-2"],"pods":["node0-0","node2-0"],"t_s":1.5}"#
    ),
    (
      .instanceReady(3, deployment: 1, pods: ["node0-0"]),
      #"{"event":"instance_ready","instance":3,"model":"facebook/opt-6.7b/0","pods":["node0-0"],"t_s":1.5}"#
    ),
    (
      .instanceFailed(3, deployment: 1, reason: "The image is \"gone\"."),
      #"{"event":"instance_failed","instance":3,"model":"facebook/opt-6.7b/0","reason":"The image is \"gone\".","#
        + #""t_s":1.5}"#
    ),
    (
      .costAdded(deployment: 0, memoryGB: [12, 5]),
      #"{"event":"cost_added","memory_gb":[12,5],"model":"facebook/opt-2.7b/0","t_s":1.5}"#
    ),
    (
      .costRemoved(deployment: 0, memoryGB: [5]),
      #"{"event":"cost_removed","memory_gb":[5],"model":"facebook/opt-2.7b/0","t_s":1.5}"#
    ),
    (
      .requestAllocated(9, to: 3, waited: .milliseconds(1250), pipelineSize: 2, runningBefore: 1),
      #"{"event":"request_allocated","instance":3,"pipeline_size":2,"request":9,"running_before":1,"t_s":1.5,"#
        + #""waited_s":1.25}"#
    ),
    (.instanceLoopStarted, #"{"event":"instance_loop_started","t_s":1.5}"#),
    (
      .releaseStarted(3, pods: ["node0-0", "node2-0"]),
      #"{"event":"release_started","instance":3,"pods":["node0-0","node2-0"],"t_s":1.5}"#
    ),
    (
      .releaseFinished(3, pods: ["node0-0"]),
      #"{"event":"release_finished","instance":3,"pods":["node0-0"],"t_s":1.5}"#
    ),
  ]

  private static func line(_ event: RunEvent) throws -> String {
    let deployment = try ServingDeployment(coldStart: Samples.setting, configuration: Samples.configuration())
    var lines = JSONLines()
    EventLine(event, deployment: deployment).append(to: &lines)
    return lines.text
  }

  @Test func `each kind of decision has its line`() throws {
    for (decision, expected) in Self.decisions {
      #expect(try Self.line(.decision(decision, at: .seconds(1.5))) == expected + "\n")
    }
  }

  @Test func `a stage has its worker, its name, its start and its end`() throws {
    let interval = StageInterval(
      instance: 3, rank: 1, pod: "node2-0", node: 2, stage: .cudaContext, start: .seconds(1), end: .seconds(1.5))
    #expect(
      try Self.line(.stage(interval))
        == #"{"end_s":1.5,"event":"stage","instance":3,"nodes":["a10-2"],"pods":["node2-0"],"rank":1,"#
        + #""stage":"cuda_context","start_s":1,"t_s":1.5}"# + "\n")
  }

  @Test func `every line of every run is read back as it was, in the order of time`() throws {
    for system in ColdStartSetting.figure7Systems {
      let run = try Samples.run(Samples.setting(system))
      let files = try run.files(for: .runs)
      let text = try #require(files.first { $0.name == "events.jsonl" }?.text)
      let lines = try JSONValue.parsing(lines: text)
      let times = try lines.map { try $0["t_s"].double }
      #expect(times == times.sorted(), "\(system)")
      let logged = run.result.log.events.map { event in
        switch event {
        case .decision(_, let at): at.inSeconds
        case .stage(let interval): interval.end.inSeconds
        }
      }
      #expect(times == logged.sorted(), "\(system)")
      // The only measured stage that no system of the figure leaves out ends with the first token of each instance.
      let firstTokens = try lines.filter { try $0["event"].string == "stage" && $0["stage"].string == "first_token" }
      let created = try lines.filter { try $0["event"].string == "instance_created" }
      #expect(firstTokens.count == created.count && !created.isEmpty, "\(system)")
      for line in firstTokens { #expect(try line["start_s"].double < line["end_s"].double) }
    }
  }
}

@Suite struct RequestLineTests {
  private static func line(_ change: (inout RequestRecord) -> Void, step: ColdStartStep = .measure(2)) -> String {
    let request = Request(id: 7, deployment: 0, promptTokens: 24, outputTokens: 5)
    var record = RequestRecord(request: request, sentAt: .seconds(10))
    change(&record)
    var line = RequestLine(record, model: "m/0")
    line.step = step
    var lines = JSONLines()
    line.append(to: &lines)
    return lines.text
  }

  private static let start = #""id":7,"model":"m/0","outcome":"#
  private static let lengths = #""output_tokens":5,"prompt_tokens":24,"#

  @Test func `a completed request has its times and both latencies`() throws {
    let line = Self.line {
      $0.firstTokenAt = .seconds(12.5)
      $0.finishedAt = .seconds(13.5)
      $0.outcome = .completed
      $0.metColdStart = true
    }
    // By hand: TTFT 12.5 − 10; TPOT 1 s over the four tokens after the first.
    #expect(
      line == #"{"cold_start":true,"finished_s":13.5,"first_token_s":12.5,\#(Self.start)"completed",\#(Self.lengths)"#
        + #""sent_s":10,"step":"measure_2","tpot_ms":250,"ttft_s":2.5}"# + "\n")
  }

  @Test func `a failed request has its reason and lacks what it has not reached`() throws {
    let line = Self.line(
      {
        $0.finishedAt = .seconds(11)
        $0.outcome = .failed("No GPU.")
      }, step: .evict)
    #expect(
      line == #"{"cold_start":false,"finished_s":11,\#(Self.start)"failed",\#(Self.lengths)"#
        + #""reason":"No GPU.","sent_s":10,"step":"evict"}"# + "\n")
  }

  @Test(
    arguments: [
      (ColdStartStep.initialise, RequestOutcome.cancelled, "initialise", "cancelled"),
      (.warmHostMemory, .unfinished, "warm_host_memory", "unfinished"),
    ])
  func `steps and outcomes have words`(step: ColdStartStep, outcome: RequestOutcome, stepName: String, name: String)
    throws
  {
    let line = try JSONValue.parsing(Self.line({ $0.outcome = outcome }, step: step))
    #expect(try line["step"].string == stepName)
    #expect(try line["outcome"].string == name)
  }

  @Test func `requests of a run are read back in the order of sending`() throws {
    let run = try Samples.run(Samples.setting(.serverlessLLM))
    let text = try #require(try run.files(for: .runs).first { $0.name == "requests.jsonl" }?.text)
    let lines = try JSONValue.parsing(lines: text)
    // By hand: five models asked once, then for each of them three times another model and a measurement.
    #expect(lines.count == 5 + 5 * 3 * 2)
    #expect(try lines.map { try $0["id"].int } == Array(1...35))
    for (line, record) in zip(lines, run.result.log.requests) {
      #expect(try line["ttft_s"].double == record.timeToFirstToken?.inSeconds)
    }
  }
}
