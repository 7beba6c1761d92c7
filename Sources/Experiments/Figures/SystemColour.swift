import Plotting
import ServingModel

/// The colour of a serving system, the same in every figure.
package enum SystemColour {
  /// The systems of all figures; a system that has none of these colours takes one after them.
  private static let order: [ServingSystem] = ColdStartSetting.figure7Systems + [.hydraServeWithCache]

  /// The colour of a system.
  package static func of(_ system: ServingSystem) -> String {
    Palette.colour(order.firstIndex(of: system) ?? order.count)
  }
}
