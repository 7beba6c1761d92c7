/// Text for gnuplot scripts and how much room it takes.
enum GnuplotText {
  /// The font of every figure; `fonts-dejavu-core` has it.
  static let font = "DejaVu Sans"

  /// A text as a gnuplot literal that shows exactly these characters.
  ///
  /// Single quotes take everything literally, backslashes and backquotes (which would run a command) included; only
  /// the single quote itself must be doubled. Underscores, braces and the like stay ordinary because the terminals are
  /// set to `noenhanced`. A line break would end the literal, so control characters become spaces.
  static func literal(_ text: String) -> String {
    let inner = text.unicodeScalars.map { character in
      switch character {
      case "'": "''"
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}": " "
      default: String(character)
      }
    }
    return "'\(inner.joined())'"
  }

  /// A text as a literal for a label of an axis, which gnuplot takes for a number format (and cuts after 48 characters
  /// when there is a `%` in it).
  static func ticLiteral(_ text: String) -> String {
    literal(String(text.flatMap { $0 == "%" ? "%%" : "\($0)" }))
  }

  /// About how wide a text is in `font`, in points; right within a few per cent for names and numbers.
  static func width(_ text: String, size: Double) -> Double {
    // Shares of the font size, averages of the glyphs of each kind in DejaVu Sans.
    let widths = text.map { character -> Double in
      switch character {
      case "i", "j", "l", "I", "f", "t", "r", ".", ",", ":", ";", "'", "|", "!", " ", "(", ")", "-", "/": 0.34
      case "m", "w", "M", "W", "%", "@", "&", "—", "…": 0.92
      case _ where character.isUppercase: 0.69
      case _ where character.isASCII: 0.61
      default: 0.8
      }
    }
    return widths.reduce(0, +) * size
  }
}
