import ArgumentParser
import Experiments
import ServingModel

/// What `reproduce` runs and draws, from its arguments.
struct ReproductionPlan {
  /// A figure of the paper.
  enum Figure: String, CaseIterable {
    case figure7
    case figure9
    case figure11
    case figure13
  }

  private static let everything = "all"

  /// The figures to draw.
  let figures: [Figure]
  /// The cold-start settings to run, in their order.
  let coldStart: [ColdStartSetting]
  /// The end-to-end settings to run, in their order.
  let endToEnd: [EndToEndSetting]

  /// The plan of a target and the lists that narrow it down; a list that is absent leaves all.
  ///
  /// - Parameters:
  ///   - own: policies that are run after the systems of the paper.
  ///   - hasSeeds: whether a number of seeds was given.
  init(
    target: String, own: [ServingSystem] = [], only: String?, backends: String?, cvs: String?, rates: String?,
    hasSeeds: Bool
  ) throws {
    guard let figures = target == Self.everything ? Figure.allCases : Figure(rawValue: target).map({ [$0] }) else {
      let allowed = Figure.allCases.map(\.rawValue) + [Self.everything]
      throw ValidationError(UsageError.unknown("figure", target, allowed: allowed).description)
    }
    let hasColdStarts = figures.contains(.figure7)
    let hasEndToEnd = figures != [.figure7]
    try Self.refuse([("--backend", backends != nil)], unless: hasColdStarts, target: target, takenBy: "figure7")
    try Self.refuse(
      [("--cv", cvs != nil), ("--rate", rates != nil), ("--seeds", hasSeeds)], unless: hasEndToEnd, target: target,
      takenBy: "figure9, figure11, figure13")

    let cold = hasColdStarts ? ColdStartSetting.figure7 + own.flatMap { ColdStartSetting.figure7(of: $0) } : []
    let endToEndSettings = hasEndToEnd ? EndToEndSetting.figure9(of: EndToEndSetting.systems + own) : []
    let candidates = endToEndSettings.filter { Self.isNeeded($0, for: figures) }
    let systems = try Self.list(
      only, "execution type", of: cold.map(\.system.rawValue) + candidates.map(\.system.rawValue))
    let chosenBackends = try Self.list(backends, "backend in Figure 7", of: Figure7.backends)
    let chosenCVs = try Self.list(cvs, "CV in \(target)", of: candidates.map(\.cvText))
    let chosenRates = try Self.list(rates, "request rate in \(target)", of: candidates.map(\.rateText))
    self.figures = figures
    coldStart = cold.filter {
      systems?.contains($0.system.rawValue) ?? true && chosenBackends?.contains($0.backend) ?? true
    }
    endToEnd = candidates.filter {
      systems?.contains($0.system.rawValue) ?? true && chosenCVs?.contains($0.cvText) ?? true
        && chosenRates?.contains($0.rateText) ?? true
    }
  }

  private static func isNeeded(_ setting: EndToEndSetting, for figures: [Figure]) -> Bool {
    figures.contains { figure in
      switch figure {
      case .figure7: false
      case .figure9: true
      case .figure11: setting == .figure11(of: setting.system)
      case .figure13:
        EndToEndSetting.figure13.contains(setting)
          || setting == .figure11(of: setting.system) && !EndToEndSetting.systems.contains(setting.system)
      }
    }
  }

  private static func refuse(
    _ options: [(name: String, isGiven: Bool)], unless isTaken: Bool, target: String, takenBy: String
  ) throws {
    for option in options where option.isGiven && !isTaken {
      throw ValidationError("\(target) takes no \(option.name); these do: \(takenBy), \(everything).")
    }
  }

  /// The words of a list with commas, each of which must be allowed; `nil` for no list.
  private static func list(_ words: String?, _ kind: String, of allowed: [String]) throws -> [String]? {
    guard let words else { return nil }
    var distinct: [String] = []
    for word in allowed where !distinct.contains(word) { distinct.append(word) }
    return try words.split(separator: ",", omittingEmptySubsequences: false).map(String.init).map { word in
      guard distinct.contains(word) else {
        throw ValidationError(UsageError.unknown(kind, word, allowed: distinct).description)
      }
      return word
    }
  }
}
