extension String {
  /// Somebody else's text on one line, without the characters that terminals obey.
  package var onOneLine: String {
    let isControl: (Unicode.Scalar) -> Bool = { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
    return String(String.UnicodeScalarView(unicodeScalars.map { isControl($0) || $0 == "\u{2028}" ? " " : $0 }))
      .split(separator: " ").joined(separator: " ")
  }
}
