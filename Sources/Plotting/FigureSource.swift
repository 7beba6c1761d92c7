/// Where a value in a figure comes from; a figure shows it by how the value's bar or marker is filled.
public enum FigureSource: String, CaseIterable, Hashable, Sendable {
  /// A run of the reader's own: filled.
  case ownRun = "own"
  /// A recorded run that came with the toolkit: hatched, or filled with a white dot in the centre.
  case precomputed
  /// The paper's own number, for want of a run: hollow.
  case paperOnly = "paper"
}

/// What a legend calls the sources.
protocol SourceWording {
  var ownRun: String { get }
  var precomputed: String { get }
  var paperOnly: String { get }
}

extension SourceWording {
  func name(of source: FigureSource) -> String {
    switch source {
    case .ownRun: ownRun
    case .precomputed: precomputed
    case .paperOnly: paperOnly
    }
  }
}
