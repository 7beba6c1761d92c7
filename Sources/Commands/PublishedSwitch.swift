import ArgumentParser
import FoundationEssentials

/// The switches that the published instructions set in the environment, 1 or 0.
package enum PublishedSwitch {
  /// The value of a switch; `nil` when it is not set.
  ///
  /// - Throws: an error of misuse for a value that is not allowed.
  package static func value(of name: String) throws -> Bool? {
    switch ProcessInfo.processInfo.environment[name] {
    case nil: nil
    case "1": true
    case "0": false
    case let value?: throw ValidationError("\(name) is `\(value)`; allowed: 1, 0.")
    }
  }
}
