/// Colours for up to six series that stay apart for colour-blind readers and on a grey printer.
///
/// Lightness rises from colour to colour, so that the order survives in grey. The hues were searched for the largest
/// smallest difference under normal sight, protanopia, deuteranopia and tritanopia (Machado et al. 2009); the tests
/// repeat that calculation.
public enum Palette {
  /// The colours, darkest first, as `#rrggbb`.
  public static let colours = ["#3b2d82", "#814e01", "#d34477", "#8d8cfe", "#c7b828", "#77e3fd"]

  /// Colours for series that are drawn beside those six, found by the same search without the order of lightness.
  public static let furtherColours = ["#f09678", "#8700e1"]

  /// The colour of a series by its index; after the sixth they begin anew.
  ///
  /// - Precondition: `index` is not negative.
  public static func colour(_ index: Int) -> String {
    colours[index % colours.count]
  }
}
