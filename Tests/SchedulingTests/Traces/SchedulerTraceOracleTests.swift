import GoldenData
import Quantities
import ServingModel
import Testing

@testable import Scheduling

/// The published control plane's own event logs, line by line.
///
/// Compared are the runs with the algorithms of the cold-start experiment (first fit and fixed pipeline sizes, without
/// cache). Where the published code leaks an instance, because a request failed or its client left, the corrected
/// outcome is required instead: everything is the same until the instance has been idle for the grace period, and then
/// it is deleted.
@Suite struct SchedulerTraceOracleTests {
  static func cases() throws -> [TraceCase] {
    try TraceCase.all()
  }

  /// How far times may be apart, in seconds, and whether events close together may change places.
  private static func tolerance(of scenario: TraceCase) -> (seconds: Double, mayReorder: Bool)? {
    switch scenario.compare {
    case "order": (scenario.usesCache ? 0.02 : 0.005, false)
    case "set": (scenario.usesCache ? 0.02 : 0.005, true)
    case "near": (0.05, true)
    default: nil
    }
  }

  @Test func `there are cases`() throws {
    #expect(try !Self.cases().isEmpty)
  }

  @Test func `the event log is the recorded one`() throws {
    for scenario in try Self.cases() where !scenario.isBroken {
      guard let (seconds, mayReorder) = Self.tolerance(of: scenario) else { continue }
      // Where order is free, the polling of the nodes' storage agents is not compared.
      let isCompared = { (event: TraceEvent) in !mayReorder || event.name != "cache_query" }
      let recorded = scenario.events.filter(isCompared)
      let runs = try Self.runs(of: scenario)
      let differences = runs.map {
        Self.difference($0.log.filter(isCompared), recorded, within: seconds, mayReorder: mayReorder)
      }
      let match = differences.firstIndex { $0 == nil }
      #expect(match != nil, "case \(scenario.index): \(differences.compactMap { $0 })")
      if let match { try checkModels(of: runs[match], against: scenario) }
    }
  }

  /// The scenario as we run it, under all ways in which the recorded clock may have decided ties.
  private static func runs(of scenario: TraceCase) throws -> [ScriptedCluster] {
    try [(false, false), (true, false), (false, true), (true, true)].map { endsAtGracePeriod, backwards in
      let plane = try #require(scenario.controlPlane(endsAtGracePeriod: endsAtGracePeriod))
      var cluster = ScriptedCluster(scenario, controlPlane: plane, breaksLoadTiesBackwards: backwards)
      cluster.run()
      return cluster
    }
  }

  /// Runs that are races between polling models: only their sums are compared, with a tenth of slack.
  @Test func `the sums of a race lie in the recorded range`() throws {
    for scenario in try Self.cases() where scenario.compare == "aggregate" {
      let cluster = try Self.runs(of: scenario)[0]
      for (key, value) in Self.sums(of: cluster, scenario).sorted(by: { $0.key < $1.key }) {
        let recorded = try scenario.aggregates.compactMap { try $0[key]?.double }
        let range = 0.9 * (recorded.min() ?? 0)...1.1 * (recorded.max() ?? 0)
        #expect(range.contains(value), "case \(scenario.index): \(key) is \(value), recorded \(recorded)")
      }
    }
  }

  private static func sums(of cluster: ScriptedCluster, _ scenario: TraceCase) -> [String: Double] {
    let ttfts = cluster.log.compactMap { event -> Double? in
      guard event.name == "request_done", case .number(let ttft)? = event.fields["ttft"] else { return nil }
      return ttft
    }
    let pods = cluster.log.reduce(0) { sum, event in
      guard event.name == "create_pods", case .array(let names)? = event.fields["pods"] else { return sum }
      return sum + names.count
    }
    let cost = scenario.deployments.indices.reduce(0) { $0 + cluster.controlPlane.cost(of: $1, at: scenario.end) }
    return [
      "instances_created": Double(cluster.log.filter { $0.name == "instance_created" }.count),
      "pods_created": Double(pods), "answered": Double(ttfts.count),
      "mean_ttft": ttfts.isEmpty ? 0 : ttfts.reduce(0, +) / Double(ttfts.count), "max_ttft": ttfts.max() ?? 0,
      "total_past_cost": cost,
    ]
  }

  /// Where the published code loses an instance (its request failed, its client left, it was idle while others were to
  /// come out of it) or its loop dies, everything is the same up to there, and then the instance is deleted after all.
  @Test func `what the published code loses is deleted after all`() throws {
    for scenario in try Self.cases() where scenario.isBroken {
      let recorded = scenario.events.filter { $0.name != "instance_loop_died" }.map { Self.withoutReason($0) }
      let runs = try Self.runs(of: scenario)
      let firstDifferences = runs.map { run in
        let ours = run.log.map { Self.withoutReason($0) }
        return ours.dropFirst(Self.commonLength(ours, recorded)).first
      }
      #expect(
        firstDifferences.contains { $0?.name == "cost_remove" },
        "case \(scenario.index): \(firstDifferences.compactMap { $0 })")
      for run in runs {
        #expect(run.controlPlane.liveInstanceIDs.isEmpty, "case \(scenario.index): an instance is still there")
      }
    }
  }

  /// How many events two logs have in common from the start; events of one moment may stand in another order.
  private static func commonLength(_ ours: [TraceEvent], _ recorded: [TraceEvent]) -> Int {
    var rest = recorded[...]
    for (count, event) in ours.enumerated() {
      let reach = rest.prefix { $0.time <= event.time + 1e-3 }.count
      guard let match = rest.prefix(max(reach, 1)).firstIndex(where: { $0.agrees(with: event, within: 0.005) }) else {
        return count
      }
      rest.remove(at: match)
    }
    return ours.count
  }

  /// The published log names the exception; ours says what happened.
  private static func withoutReason(_ event: TraceEvent) -> TraceEvent {
    guard event.name == "request_failed" else { return event }
    return TraceEvent(event.time, event.name, event.fields.filter { $0.key == "request" })
  }

  /// What ends or is given back; two such events of one moment stand in the recorded logs in either order, as the
  /// recorded clock happened to break the tie.
  private static let ends: Set<String> = [
    "net_release", "release_start", "delete_pod", "release_done", "scale_down_end", "cost_remove", "worker_call",
  ]

  /// The first difference between two logs, as a sentence; `nil` if there is none.
  private static func difference(
    _ ours: [TraceEvent], _ recorded: [TraceEvent], within seconds: Double, mayReorder: Bool
  ) -> String? {
    var rest = settled(ours)[...]
    for expected in settled(recorded) {
      let reach =
        mayReorder ? 2 * seconds : ends.contains(expected.name) ? 1e-3 : -1
      let near = rest.prefix { $0.time <= expected.time + reach }.count
      guard
        let match = rest.prefix(max(near, 1)).firstIndex(where: { $0.agrees(with: expected, within: seconds) })
      else {
        return "expected \(expected), got \(rest.first.map(\.description) ?? "nothing more")"
      }
      rest.remove(at: match)
    }
    return rest.first.map { "expected nothing more, got \($0)" }
  }

  /// A log in which pods that are gone at the same moment all show the memory that is free after the last of them.
  private static func settled(_ log: [TraceEvent]) -> [TraceEvent] {
    var result = log
    for index in log.indices.reversed() where log[index].name == "release_done" {
      let later = result[(index + 1)...].prefix { $0.time <= log[index].time + 1e-3 }
      if let last = later.first(where: { $0.name == "release_done" }) {
        let fields = log[index].fields.merging(["free_mem": last.fields["free_mem"] ?? .null]) { $1 }
        result[index] = TraceEvent(log[index].time, log[index].name, fields)
      }
    }
    return result
  }

  /// What the control plane knows of each model at the end: cost, profile, instances.
  private func checkModels(of cluster: ScriptedCluster, against scenario: TraceCase) throws {
    let names = scenario.deployments.map(\.name.description)
    let plane = cluster.controlPlane
    for (name, model) in try scenario.final["models"].object.sorted(by: { $0.key < $1.key }) {
      let index = try #require(names.firstIndex(of: name))
      let cost = plane.cost(of: index, at: scenario.end)
      // 5 ms on each of the times that enter the account, at the memory of a whole GPU.
      #expect(abs(cost - (try model["cost_now"].double)) <= 5 * 32 * 8, "case \(scenario.index): cost of \(name)")
      let profile = plane.profile(of: index)
      #expect(try profile.points == model["profile_points"].int, "case \(scenario.index): points of \(name)")
      #expect(
        GoldenData.agree(profile.timePerOutputTokenMilliseconds, try model["tpot"].double, relative: 1e-5),
        "case \(scenario.index): TPOT of \(name)")
      #expect(
        GoldenData.agree(profile.prefillMilliseconds, try model["prefill"].double, relative: 1e-5),
        "case \(scenario.index): prefill of \(name)")
      #expect(try plane.models[index].answeredTokens == model["output_tokens"].int)
      #expect(
        try plane.models[index].instances == model["instances"].array.map { try $0[0].int },
        "case \(scenario.index): instances of \(name)")
    }
    #expect(try plane.freeMemoryGB == scenario.final["free_mem"].array.map { try $0.array.map { try $0.int } })
  }
}
