import ArgumentParser
import PodEmulation

/// What remote storage does wrong on purpose, as the command line has it: `kind:bytes`, or `kind:bytes:parts`.
///
/// It happens at the same byte of each of the first parts that are asked for, so the same requests meet the same faults.
package struct StorageFault: ExpressibleByArgument {
  /// The fault.
  let kind: RemoteStoreServer.Fault
  /// In how many parts it happens, from the first on.
  let parts: Int
  /// The text that it was read from.
  package let text: String

  /// What is allowed, for help and errors.
  static let form = "truncate:BYTES, stall:BYTES or corrupt:BYTES, and :PARTS after it for the first parts only"

  /// Reads `kind:bytes` or `kind:bytes:parts`; `nil` for anything else.
  package init?(argument: String) {
    let words = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(words.count), let bytes = Int(words[1]), bytes >= 0 else { return nil }
    switch words[0] {
    case "truncate": kind = .truncated(after: bytes)
    case "stall": kind = .stalled(after: bytes)
    case "corrupt": kind = .corrupted(at: bytes)
    default: return nil
    }
    guard words.count == 3 else {
      (parts, text) = (.max, argument)
      return
    }
    guard let count = Int(words[2]), count > 0 else { return nil }
    (parts, text) = (count, argument)
  }
}
