/// What Kubernetes allows as names, so that nothing else ever gets into a URL or a manifest.
///
/// - Source: the documentation of "Object Names and IDs" and "Labels and Selectors".
public enum ObjectNames {
  /// Checks a DNS label (RFC 1123): the name of a namespace, a container or a port.
  ///
  /// - Throws: ``KubernetesError/badName(what:value:allowed:)``.
  public static func checkLabel(_ name: String, _ what: String) throws {
    guard name.utf8.count <= 63, isLabel(name[...]) else {
      throw KubernetesError.badName(
        what: what, value: name, allowed: "up to 63 of a-z, 0-9 and `-`, the first and last not `-`")
    }
  }

  /// Checks a DNS subdomain (RFC 1123): the name of most objects.
  ///
  /// - Throws: ``KubernetesError/badName(what:value:allowed:)``.
  public static func checkSubdomain(_ name: String, _ what: String) throws {
    guard name.utf8.count <= 253, name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isLabel)
    else {
      throw KubernetesError.badName(
        what: what, value: name, allowed: "up to 253 of a-z, 0-9, `-` and `.`, each part with neither end `-`")
    }
  }

  /// Checks the key of a label or an annotation.
  ///
  /// - Throws: ``KubernetesError/badName(what:value:allowed:)``.
  public static func checkKey(_ key: String) throws {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let name = parts.last, !name.isEmpty, isWord(name) else {
      throw KubernetesError.badName(
        what: "label key", value: key, allowed: "a name of up to 63 letters, digits, `-`, `_`, `.`, with a DNS prefix")
    }
    if parts.count == 2 { try checkSubdomain(String(parts[0]), "prefix of a label key") }
  }

  /// Checks the value of a label.
  ///
  /// - Throws: ``KubernetesError/badName(what:value:allowed:)``.
  public static func checkValue(_ value: String) throws {
    guard value.isEmpty || isWord(value[...]) else {
      throw KubernetesError.badName(
        what: "label value", value: value,
        allowed: "up to 63 letters, digits, `-`, `_` and `.`, the first and last a letter or digit")
    }
  }

  private static func isLabel(_ part: Substring) -> Bool {
    let bytes = part.utf8
    guard let first = bytes.first, let last = bytes.last else { return false }
    return first != hyphen && last != hyphen && bytes.allSatisfy { isLowercase($0) || isDigit($0) || $0 == hyphen }
  }

  private static func isWord(_ text: Substring) -> Bool {
    let bytes = text.utf8
    guard let first = bytes.first, let last = bytes.last, bytes.count <= 63 else { return false }
    return isAlphanumeric(first) && isAlphanumeric(last)
      && bytes.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
  }

  private static let hyphen = UInt8(ascii: "-")

  private static func isLowercase(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
  private static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLowercase(byte | 0x20) }
}
