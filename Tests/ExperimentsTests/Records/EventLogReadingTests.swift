import ClusterSimulation
import Quantities
import Scheduling
import ServingModel
import Testing

@testable import Experiments

@Suite struct EventLogReadingTests {
  /// Cold starts, consolidations and caches, with every kind of decision that a system takes.
  @Test(arguments: [ServingSystem.serverlessVLLM, .serverlessLLM, .hydraServe, .hydraServeWithCache])
  func `what is read from a log gives the same log again`(system: ServingSystem) throws {
    let configuration = try Configuration.load(userFile: nil)
    let experiment = try EndToEndExperiment(
      setting: EndToEndSetting(system: system, cv: 8, requestsPerSecond: 0.6), seed: 3,
      samples: ProductionSamples(configuration: configuration), configuration: configuration, rules: .published)
    let log = experiment.run().log
    let text = EventLog.text(of: log, deployment: experiment.deployment)
    let events = try EventLog.events(in: text, path: "events.jsonl", deployment: experiment.deployment)
    #expect(events.count == log.events.count)
    var read = RunLog()
    read.events = events
    read.requests = log.requests
    read.end = log.end
    #expect(EventLog.text(of: read, deployment: experiment.deployment) == text)
    // Costs are what a run on processes takes from its log.
    let (ours, theirs) = (experiment.result(of: read), experiment.result(of: log))
    #expect(ours.summary.models.map(\.gpuMemoryTime) == theirs.summary.models.map(\.gpuMemoryTime))
    #expect(ours.publishedCostPerRequest == theirs.publishedCostPerRequest)
  }

  @Test(arguments: [
    #"{"event":"instance_ready","instance":1,"model":"no/such/0","pods":[],"t_s":1}"#,
    #"{"event":"pods_requested","gpus":[0],"held_gb":[1,2],"instance":0,"memory_gb":[1],"nodes":["?"],"pods":["a"],"t_s":1}"#,
    #"{"event":"unheard_of","instance":1,"t_s":1}"#, "no JSON",
  ])
  func `a line that is no event of the run is named`(line: String) throws {
    let configuration = try Configuration.load(userFile: nil)
    let deployment = try ColdStartSetting(system: .hydraServe, modelSet: "0", backend: "a10").deployment(
      configuration: configuration, rules: .published)
    let text = #"{"event":"instance_loop_started","t_s":0}"# + "\n" + line
    #expect(throws: ExperimentError.malformed(path: "log", line: 2, expected: "an event of this run")) {
      try EventLog.events(in: text, path: "log", deployment: deployment)
    }
  }
}
