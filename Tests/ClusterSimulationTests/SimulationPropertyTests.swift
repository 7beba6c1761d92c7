import Quantities
import Scheduling
import ServingModel
import Testing

@testable import ClusterSimulation

/// What must hold of every run, whatever the cluster, the system and the load; the seed of a failure is its report.
@Suite struct SimulationPropertyTests {
  static let seeds = UInt64(0)..<160

  @Test(arguments: seeds)
  func `every request ends exactly once and none is lost`(seed: UInt64) {
    let scenario = RandomScenario(seed: seed)
    let (log, simulation) = scenario.run()
    #expect(log.requests.map(\.request) == scenario.requests.map(\.request))
    #expect(simulation.source.ends.dropFirst().allSatisfy { $0 == 1 })
    for (record, sent) in zip(log.requests, scenario.requests) {
      #expect(record.outcome == .completed)
      #expect(record.sentAt == sent.sendAt)
      guard let first = record.firstTokenAt, let end = record.finishedAt else {
        Issue.record("request \(record.request.id) has no times")
        continue
      }
      #expect(record.sentAt < first && first <= end)
      #expect((first == end) == (record.request.outputTokens == 1))
    }
    #expect(log.deliveredTokens == scenario.requests.reduce(0) { $0 + $1.request.outputTokens })
    // A gap after every token but the last; together they are the time from first to last token of every answer.
    #expect(log.tokenGaps.reduce(0) { $0 + $1.count } == log.deliveredTokens - log.requests.count)
    let answering = log.requests.reduce(Duration.zero) { sum, record in
      guard let first = record.firstTokenAt, let last = record.finishedAt else { return sum }
      return sum + (last - first)
    }
    let gaps = log.tokenGaps.reduce(Int64(0)) { $0 + $1.nanoseconds * Int64($1.count) }
    #expect(gaps == answering.inWholeNanoseconds)
  }

  @Test(arguments: seeds)
  func `no GPU holds more than it has, and after everything has ended nothing`(seed: UInt64) {
    let scenario = RandomScenario(seed: seed)
    let (log, simulation) = scenario.run()
    #expect(simulation.heldMemoryGB == 0)
    #expect(simulation.busyInstances.allSatisfy { $0.isEmpty })
    var held = scenario.cluster.nodes.map { Array(repeating: 0, count: $0.type.gpuCount) }
    var claims: [InstanceID: [GPUClaim]] = [:]
    for (decision, _) in log.decisions {
      switch decision {
      case .podsRequested(let instance, _, _, let asked):
        claims[instance] = asked
        for claim in asked {
          held[claim.node][claim.gpu] += claim.heldGB
          #expect(held[claim.node][claim.gpu] <= scenario.cluster.nodes[claim.node].type.gpuMemoryGB)
          #expect(claim.heldGB >= claim.askedGB)
        }
      case .releaseFinished(let instance, _):
        for claim in claims.removeValue(forKey: instance) ?? [] { held[claim.node][claim.gpu] -= claim.heldGB }
      default: break
      }
    }
    #expect(claims.isEmpty)
    #expect(held.allSatisfy { $0.allSatisfy { $0 == 0 } })
  }

  @Test(arguments: seeds)
  func `time never runs backwards`(seed: UInt64) {
    let log = RandomScenario(seed: seed).run().log
    var now = Timestamp.zero
    for event in log.events {
      switch event {
      case .decision(_, let time):
        #expect(time >= now)
        now = max(now, time)
      case .stage(let interval):
        #expect(interval.start <= interval.end)
        #expect(interval.end <= log.end)
        // A stage that ends the line of sequential ones is logged at its end.
        if [.cudaContext, .fetch, .load, .pipeline, .firstToken].contains(interval.stage) {
          #expect(interval.end >= now)
          now = max(now, interval.end)
        }
      }
    }
    #expect(zip(log.requests, log.requests.dropFirst()).allSatisfy { $0.sentAt <= $1.sentAt })
  }

  @Test(arguments: seeds)
  func `no stage begins before what it needs`(seed: UInt64) {
    let scenario = RandomScenario(seed: seed)
    let log = scenario.run().log
    for container in log.stages where container.stage == .container {
      let stages = log.stages.filter { $0.pod == container.pod }
      let byStage = Dictionary(grouping: stages, by: \.stage)
      #expect(byStage.count == stages.count)  // none twice
      let ends = [.container, .runtime, .cudaContext].compactMap { byStage[$0]?.first }
      #expect(zip(ends, ends.dropFirst()).allSatisfy { $0.end == $1.start })
      guard let started = byStage[.cudaContext]?.first?.end, let load = byStage[.load]?.first else { continue }
      #expect(load.start >= started)
      if let fetch = byStage[.fetch]?.first {
        #expect(load.end >= fetch.end)  // the last byte is copied after it has arrived
        if !ColdStartProcedure(of: scenario.cluster.system).fetchesBeforeStart {
          #expect(fetch.start == started && load.start == fetch.end)
        }
      }
      if let engine = byStage[.engine]?.first { #expect(engine.start == load.end) }
    }
  }

  @Test(arguments: seeds)
  func `no first token comes before the bytes that its instance had yet to fetch`(seed: UInt64) {
    let scenario = RandomScenario(seed: seed)
    let log = scenario.run().log
    let fetches = Dictionary(grouping: log.stages.filter { $0.stage == .fetch }, by: \.instance)
    for (decision, _) in log.decisions {
      guard case .requestAllocated(let request, let instance, _, let size, _) = decision else { continue }
      let record = log.requests[request - 1]
      let stages = scenario.cluster.models[record.request.deployment].stageBytes[size - 1]
      for fetch in fetches[instance] ?? [] where fetch.start >= record.sentAt {
        let least = stages[fetch.rank] / scenario.fastestFetch(toNode: fetch.node)
        #expect((record.timeToFirstToken ?? .zero) >= least)
        #expect(record.metColdStart)
      }
    }
  }

  @Test(arguments: seeds)
  func `every byte that was asked for arrives, and no NIC carries more than it can`(seed: UInt64) {
    let scenario = RandomScenario(seed: seed)
    let (log, simulation) = scenario.run()
    let fetches = log.stages.filter { $0.stage == .fetch }
    let bytes = fetches.map { fetch in
      let worker = simulation.instances[fetch.instance].workers[0] + fetch.rank
      #expect(simulation.workers[worker].transfer == nil)
      #expect(simulation.workers[worker].fetchedBytes == Double(simulation.workers[worker].bytes.bytes))
      return simulation.workers[worker].bytes
    }
    // The rest of a model that a consolidating worker fetches shares the links, too.
    let fetchesRest = log.events.contains {
      if case .decision(.restRequested, at: _) = $0 { true } else { false }
    }
    for (fetch, size) in zip(fetches, bytes) {
      let alone = (size / scenario.fastestFetch(toNode: fetch.node)).inSeconds
      let took = (fetch.end - fetch.start).inSeconds
      #expect(took >= alone - 1e-9)
      let isAlone = !fetchesRest && fetches.allSatisfy { $0 == fetch || $0.end <= fetch.start || $0.start >= fetch.end }
      // Two halves of an odd size differ by a byte, and an end is rounded up to a whole nanosecond.
      if isAlone { #expect(took <= alone + 4e-9) }
    }
    for node in scenario.cluster.nodes.indices {
      let own = zip(fetches, bytes).filter { $0.0.node == node }
      let carried = own.reduce(0) { $0 + Double($1.1.bytes) }
      let capacity = scenario.cluster.nodes[node].type.network.bytesPerSecond
      #expect(carried <= capacity * Self.covered(own.map(\.0)) * (1 + 1e-9) + 8)
    }
  }

  /// Seconds that are covered by at least one of the intervals.
  private static func covered(_ intervals: [StageInterval]) -> Double {
    var seconds = 0.0
    var end = Timestamp.zero
    for interval in intervals.sorted(by: { $0.start < $1.start }) where interval.end > end {
      seconds += (interval.end - max(end, interval.start)).inSeconds
      end = interval.end
    }
    return seconds
  }

  @Test(arguments: seeds)
  func `the same seed gives the same run`(seed: UInt64) {
    let first = RandomScenario(seed: seed).run().log
    let second = RandomScenario(seed: seed).run().log
    #expect(first.requests == second.requests)
    #expect(first.events == second.events)
    #expect(first.handledEvents == second.handledEvents)
    #expect(first.deliveredTokens == second.deliveredTokens)
    #expect(first.end == second.end)
  }

  @Test func `the seeds cover every system, pipelines, waiting for GPUs and warm requests`() {
    var systems: [ServingSystem] = []
    var (pipelines, cold, warm, cached) = (0, 0, 0, 0)
    for seed in Self.seeds {
      let scenario = RandomScenario(seed: seed)
      let log = scenario.run().log
      if !systems.contains(scenario.cluster.system) { systems.append(scenario.cluster.system) }
      pipelines += log.stages.contains { $0.stage == .pipeline } ? 1 : 0
      cold += log.requests.contains { $0.metColdStart } ? 1 : 0
      warm += log.requests.contains { !$0.metColdStart } ? 1 : 0
      let fetched = log.stages.filter { $0.stage == .fetch }.count
      cached += fetched < log.stages.filter { $0.stage == .load }.count ? 1 : 0
    }
    #expect(systems.count == ServingSystem.published.count)
    #expect(cold == Self.seeds.count)
    #expect(min(pipelines, warm, cached) >= 10)
  }
}
