import ClusterSimulation
import Quantities

extension SensitivityParameter {
  /// A part of a worker's start. Only the whole is fitted; how it divides is an assumption.
  enum StartPart: CaseIterable, Sendable {
    case container
    case runtime
    case context

    /// The share of the part in a worker's start.
    func share(in split: WorkerStartSplit) -> Double {
      switch self {
      case .container: split.container
      case .runtime: split.runtime
      case .context: 1 - split.container - split.runtime
      }
    }
  }

  /// A part of a worker's start on every kind of GPU: the other parts take as long as before.
  static func start(_ name: String, _ label: String, of part: StartPart) -> SensitivityParameter {
    SensitivityParameter(
      name, label, .fitted,
      value: { scenario in
        let share = part.share(in: scenario.configuration.hardware.startSplit)
        let values = constants(of: scenario).map {
          text($0.workerStart.inSeconds * share, unit: "", places: 2)
        }
        return values.joined(separator: " / ") + " s"
      },
      scaled: { scenario, factor in
        guard factor != 1 else { return scenario }
        let split = scenario.configuration.hardware.startSplit
        let whole = 1 + part.share(in: split) * (factor - 1)
        let container = split.container * (part == .container ? factor : 1) / whole
        let runtime = split.runtime * (part == .runtime ? factor : 1) / whole
        var scenario = scenario
        scenario.configuration.hardware.startSplit = WorkerStartSplit(
          container: min(container, 1), runtime: max(0, min(runtime, 1 - container)))
        scenario.configuration.hardware.gpus = scenario.configuration.hardware.gpus.mapValues { constants in
          var constants = constants
          constants.workerStart = constants.workerStart * whole
          return constants
        }
        return scenario
      })
  }
}
