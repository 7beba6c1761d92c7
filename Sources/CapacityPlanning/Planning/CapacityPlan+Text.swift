import Experiments
import Quantities
import ResultAnalysis
import ServingModel

/// The plan for people.
extension CapacityPlan {
  /// The best of each system, the front over all systems, and what the numbers mean.
  public var text: String {
    [answerTable.text, frontTable.text, notes.map { $0 + "\n" }.joined()].joined(separator: "\n")
  }

  private static let header = ["servers", "storage", "cost/h", "attainment %"]
  private static let tunings = ["keep-alive s", "pipeline", "cache %", "GPU GB*h"]

  private var answerTable: TextTable {
    var table = TextTable(
      header: ["system"] + Self.header + [target.criterion.label] + Self.tunings + ["verdict"],
      numeric: [false, false, true, true, true, true, true, true, true, true, false])
    for answer in answers {
      let verdict = answer.best != nil ? "reaches \(percentText)" : "does not reach \(percentText)"
      guard let shown = answer.best ?? answer.highest else {
        table.add([answer.system.rawValue] + Array(repeating: "–", count: 9) + ["cannot be deployed"])
        continue
      }
      let bound = target.value(shown).map { Decimal.text($0, places: 1) } ?? "–"
      table.add([answer.system.rawValue] + cells(of: shown) + [bound] + tuningCells(of: shown) + [verdict])
    }
    return table
  }

  private var frontTable: TextTable {
    var table = TextTable(
      header: ["Pareto front", "system"] + Self.header.filter { $0 != "storage" && $0 != "cost/h" } + Self.tunings,
      numeric: [true, false, false, true, true, true, true, true])
    for evaluation in front {
      let cells = cells(of: evaluation)
      table.add(
        [cells[2], evaluation.candidate.system.rawValue, cells[0], cells[3]] + tuningCells(of: evaluation))
    }
    return table
  }

  private func cells(of evaluation: PlanEvaluation) -> [String] {
    let fleet = space.fleet(evaluation.candidate.counts)
    let statistics = evaluation.statistics
    let mean = statistics.map { Decimal.text($0.mean, places: 1) } ?? "–"
    let interval = statistics?.interval95.map { " ± \(Decimal.text($0, places: 1))" } ?? ""
    return [
      fleet.text, String(fleet.storage.count), Decimal.text(evaluation.costPerHour, places: 2), mean + interval,
    ]
  }

  private func tuningCells(of evaluation: PlanEvaluation) -> [String] {
    let (tuning, system) = (evaluation.candidate.tuning, evaluation.candidate.system)
    return [
      tuning.keepAlive.map { Decimal.text($0.inSeconds, places: 0) } ?? "–",
      tuning.maxPipelineSize.map { String($0) } ?? "–",
      ServingDeployment.keepsModelsInHostMemory(system) ? Decimal.text(tuning.hostMemoryShare * 100, places: 0) : "–",
      Decimal.text(evaluation.gpuMemoryGBHours, places: 0),
    ]
  }

  private var percentText: String {
    "\(EndToEndSetting.text(target.percent)) %"
  }

  /// What the numbers are and are not.
  private var notes: [String] {
    let storage =
      space.prices.storagePerHour.map { "storage servers at \(EndToEndSetting.text($0)) each included" }
      ?? "storage servers (\(space.storageType.name)) have no price here"
    let criterion =
      seeds.count > 1
      ? "\(target.objective.label), mean of \(seeds.count) seeds ± half of its 95 % interval (Student's t); the "
        + "\(target.criterion.label) must reach the target, as must that with one more server of the last type."
      : "\(target.objective.label) of one run: the workload is the same for every seed, or one seed was asked for."
    return [
      "simulated: \(workload); \(evaluations.count) candidates, \(seedText).",
      criterion,
      "cost/h: \(space.prices.unit) for an hour of reserved servers, used or not (\(space.prices.source)); \(storage).",
      "GPU GB*h: GPU memory held x time held over the run, what pay-per-use would count; no part of cost/h.",
    ]
  }

  private var seedText: String {
    guard let first = seeds.first, let last = seeds.last, seeds.count > 1 else {
      return "seed \(seeds.map(String.init).joined())"
    }
    return "seeds \(first) to \(last)"
  }

  /// The sentence for a target that nothing reaches; `nil` when something does.
  public var shortfall: String? {
    guard best == nil else { return nil }
    let limit = "No cluster of up to \(space.maxServers) servers reaches \(percentText)"
    guard let highest, let value = target.value(highest) else {
      let reason = evaluations.last { $0.refusal != nil }?.refusal ?? "nothing was evaluated."
      return "\(limit), none can even be deployed: \(reason)"
    }
    return "\(limit); the best that was found is \(Decimal.text(value, places: 1)) % (\(target.criterion.label)) with "
      + "\(highest.candidate.system.rawValue) on \(space.fleet(highest.candidate.counts).text); raise --max-servers, "
      + "or lower --slo-attainment."
  }
}
