import Plotting
import ServingModel

/// The colour of a serving system, the same in every figure.
package enum SystemColour {
  /// The systems of the paper's figures.
  private static let order: [ServingSystem] = ColdStartSetting.figure7Systems + [.hydraServeWithCache]

  /// The colour of a system of the paper.
  package static func of(_ system: ServingSystem) -> String {
    Palette.colour(order.firstIndex(of: system) ?? order.count)
  }

  /// The colour of a system among those that a figure draws: own policies take further colours in their order.
  static func of(_ system: ServingSystem, among own: [ServingSystem]) -> String {
    own.firstIndex(of: system).map { Palette.furtherColours[$0 % Palette.furtherColours.count] } ?? of(system)
  }
}
