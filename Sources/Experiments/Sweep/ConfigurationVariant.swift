/// A configuration among those that a sweep compares.
public struct ConfigurationVariant: Codable, Hashable, Sendable {
  /// What it changes; nothing where there is no sweep.
  public let changes: [ConfigurationChange]

  /// The configuration as it is.
  public static let unchanged = ConfigurationVariant(changes: [])

  /// A configuration with changes.
  init(changes: [ConfigurationChange]) {
    self.changes = changes
  }

  /// Its name: the changes, as `key=value` with `+` between them; empty where there are none.
  public var name: String {
    changes.map { "\($0.key)=\($0.value)" }.joined(separator: "+")
  }

  /// The folder of its results; the given one where there are no changes.
  public func results(in folder: String) -> String {
    changes.isEmpty ? folder : "\(folder)/sweeps/\(name)"
  }

  /// The most variants of a sweep.
  public static let most = 1000
  private static let longestName = 200

  /// Every combination of the values of some keys, the last key's values changing fastest.
  ///
  /// - Parameter lists: `key=value,value,…` each; without any there is one variant, the configuration as it is.
  /// - Throws: ``UsageError``.
  public static func all(of lists: [String]) throws -> [ConfigurationVariant] {
    var variants = [unchanged]
    var keys: [String] = []
    for list in lists {
      let (key, values) = try parse(list)
      guard !keys.contains(key) else { throw UsageError("The key `\(key)` is swept twice; give all values at once.") }
      keys.append(key)
      guard variants.count * values.count <= most else {
        throw UsageError("The sweep has more than \(most) combinations; give fewer values.")
      }
      variants = variants.flatMap { variant in
        values.map { ConfigurationVariant(changes: variant.changes + [ConfigurationChange(key: key, value: $0)]) }
      }
    }
    if let long = variants.first(where: { $0.name.utf8.count > longestName }) {
      throw UsageError(
        "The results of `\(long.name.prefix(80))…` would be filed under a name of more than \(longestName) bytes; "
          + "sweep fewer keys at a time.")
    }
    return variants
  }

  private static func parse(_ list: String) throws -> (key: String, values: [String]) {
    let halves = list.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard halves.count == 2, !halves[0].isEmpty else {
      throw UsageError("The sweep `\(list)` has no key; write KEY=VALUE,VALUE as in hardware.pod_deletion_s=1,2.")
    }
    let values = halves[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    for word in values + [halves[0]] where !isPlain(word) {
      throw UsageError(
        "The sweep `\(list)` has `\(word)`, which becomes part of a folder's name; use letters, digits, -, _ and .")
    }
    guard Set(values).count == values.count else {
      throw UsageError("The sweep `\(list)` has a value twice; give each once.")
    }
    return (halves[0], values)
  }

  private static func isPlain(_ word: String) -> Bool {
    !word.isEmpty
      && word.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
      }
  }
}
