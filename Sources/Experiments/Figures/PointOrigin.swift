import Plotting

/// Where a point of a figure comes from.
public enum PointOrigin: Hashable, Sendable {
  /// The user's own run.
  case run(ResultSource)
  /// A result that came with the toolkit.
  case precomputed(ResultSource)
  /// The paper's number.
  case paper

  /// The origin as a CSV's `source` column has it.
  public var text: String {
    switch self {
    case .run(let source): "run:\(source.rawValue)"
    case .precomputed(let source): "precomputed:\(source.rawValue)"
    case .paper: "paper:\(ResultSource.published.rawValue)"
    }
  }

  /// How a figure shows it.
  var figureSource: FigureSource {
    switch self {
    case .run: .ownRun
    case .precomputed: .precomputed
    case .paper: .paperOnly
    }
  }

  /// What a legend calls the own runs, and the precomputed ones, among some origins: with how they came to be.
  static func legendNames(of origins: [PointOrigin]) -> (ownRun: String, precomputed: String) {
    let kinds = { (origin: (ResultSource) -> PointOrigin) in
      ResultSource.allCases.filter { origins.contains(origin($0)) }.map(\.rawValue).joined(separator: " and ")
    }
    return ("own run (\(kinds(PointOrigin.run)))", "precomputed (\(kinds(PointOrigin.precomputed)))")
  }
}

/// Where the results of each setting of a figure come from, for people.
struct OriginReport: Sendable {
  /// The settings in the order in which they are run, with the command that makes a missing result.
  let settings: [(name: String, origin: PointOrigin?, command: String)]
  /// Whether the paper's numbers were in the folder of results.
  let hasPaper: Bool

  /// For each setting one line that says which results were used, and one more if the paper's numbers are missing. One
  /// line for all settings will do where they have the same source.
  var lines: [String] {
    let lines =
      if let common = settings.first?.origin, settings.allSatisfy({ $0.origin == common }) {
        ["all \(settings.count) settings: \(common.text)"]
      } else {
        settings.map { "\($0.name): \($0.origin?.text ?? "no result; make one with `\($0.command)`")" }
      }
    return hasPaper ? lines : lines + ["the paper's numbers: none; copy the toolkit's results/paper there to compare"]
  }
}
