/// Numbers as text, the same on every machine and in every language.
public enum Decimals {
  /// A number with one digit after the point, halves away from zero: the precision of the paper's bar labels.
  ///
  /// - Precondition: the number is finite and below 10¹⁷ in magnitude.
  public static func tenths(_ value: Double) -> String {
    let tenths = Int64((value.magnitude * 10).rounded())
    return (value < 0 && tenths != 0 ? "-" : "") + "\(tenths / 10).\(tenths % 10)"
  }

  /// A number rounded to six digits after the point, without trailing zeros: what a script holds for a coordinate.
  ///
  /// - Precondition: the number is finite and below 10¹² in magnitude.
  static func short(_ value: Double) -> String {
    let millionths = Int64((value.magnitude * 1e6).rounded())
    let digits = String(millionths % 1_000_000)
    let fraction = String(repeating: "0", count: 6 - digits.count) + digits
    let kept = fraction.prefix(fraction.reversed().drop { $0 == "0" }.count)
    return (value < 0 && millionths != 0 ? "-" : "") + "\(millionths / 1_000_000)" + (kept.isEmpty ? "" : ".\(kept)")
  }
}
