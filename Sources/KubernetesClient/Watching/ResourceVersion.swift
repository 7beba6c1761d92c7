/// Which of two versions of a collection or object is the later.
///
/// - Source: "Comparable Resource Version" (KEP-5504, stable since Kubernetes 1.35): versions of one type of built-in
///   objects are whole numbers without leading zeros and may be compared. Anything else is opaque and only ever equal
///   to itself.
enum ResourceVersion {
  /// Whether a version is no later than another; `nil` when they cannot be compared.
  static func isNotLater(_ first: String, than second: String) -> Bool? {
    if first == second { return true }
    guard isNumber(first), isNumber(second) else { return nil }
    return (first.utf8.count, first) < (second.utf8.count, second)
  }

  private static func isNumber(_ text: String) -> Bool {
    let bytes = text.utf8
    return bytes.first.map { $0 != UInt8(ascii: "0") } ?? false
      && bytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
