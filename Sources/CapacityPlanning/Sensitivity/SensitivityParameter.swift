import ClusterSimulation
import Experiments
import Quantities
import ServingModel

/// Something of a scenario that can be lowered and raised by a factor.
public struct SensitivityParameter: Sendable {
  /// What a parameter is about.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// What clients send.
    case workload
    /// The servers and their network.
    case servers
    /// What is asked of the system.
    case objective
    /// What an operator sets.
    case policy
    /// A constant that is fitted to measurements of the paper.
    case fitted
    /// A constant that is assumed.
    case assumed
  }

  /// The name that programs use: `request-rate`.
  public let name: String
  /// The name that people read.
  public let label: String
  /// What it is about.
  public let kind: Kind
  /// The value in a scenario, with its unit.
  public let value: @Sendable (Scenario) -> String
  /// A scenario with the value times a factor; `nil` where there is no such scenario.
  public let scaled: @Sendable (Scenario, _ factor: Double) -> Scenario?

  /// A parameter.
  public init(
    _ name: String, _ label: String, _ kind: Kind, value: @escaping @Sendable (Scenario) -> String,
    scaled: @escaping @Sendable (Scenario, _ factor: Double) -> Scenario?
  ) {
    self.name = name
    self.label = label
    self.kind = kind
    self.value = value
    self.scaled = scaled
  }

  /// A parameter that is a number and may have any value.
  init(
    _ name: String, _ label: String, _ kind: Kind, unit: String = "", places: Int = 2,
    _ access: @escaping @Sendable (inout Scenario, _ factor: Double) -> Double
  ) {
    self.init(
      name, label, kind,
      value: { scenario in
        var scenario = scenario
        return Self.text(access(&scenario, 1), unit: unit, places: places)
      },
      scaled: { scenario, factor in
        var scenario = scenario
        _ = access(&scenario, factor)
        return scenario
      })
  }

  /// A constant that every kind of GPU has.
  init(
    ofGPUs name: String, _ label: String, _ kind: Kind, unit: String, places: Int = 2,
    _ access: @escaping @Sendable (inout GPUConstants, _ factor: Double) -> Double
  ) {
    self.init(
      name, label, kind,
      value: { scenario in
        let values = Self.constants(of: scenario).map { constants in
          var constants = constants
          return Self.text(access(&constants, 1), unit: "", places: places)
        }
        return values.joined(separator: " / ") + " " + unit
      },
      scaled: { scenario, factor in
        var scenario = scenario
        scenario.configuration.hardware.gpus = scenario.configuration.hardware.gpus.mapValues { constants in
          var constants = constants
          _ = access(&constants, factor)
          return constants
        }
        return scenario
      })
  }

  /// The constants of the kinds of GPU that a scenario has, in the order of their names.
  static func constants(of scenario: Scenario) -> [GPUConstants] {
    let kinds = Set(scenario.fleet.groups.map(\.type.gpuType)).sorted()
    return kinds.compactMap { scenario.configuration.hardware.gpus[$0] }
  }

  static func text(_ value: Double, unit: String, places: Int) -> String {
    Decimal.text(value, places: places) + (unit.isEmpty ? "" : " \(unit)")
  }
}
