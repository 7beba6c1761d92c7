import ServingModel
import WorkloadGeneration

/// A trace of the user's that takes the place of the synthetic one.
public struct UserTrace: Hashable, Sendable {
  /// What the trace holds.
  public enum Kind: String, Hashable, Sendable {
    /// Invocations of functions, from which arrivals are fitted and drawn anew for every CV, rate and seed.
    case functions
    /// Requests, sent as they are; CV and rate then only name the run.
    case requests
  }

  /// What the trace holds.
  public let kind: Kind
  /// The file.
  public let path: String
  /// A hash of its bytes: results made from another trace are made again.
  public let checksum: String

  /// The trace in a file.
  ///
  /// - Throws: ``ExperimentError`` when the file cannot be read.
  init(_ kind: Kind, path: String) throws {
    self.kind = kind
    self.path = path
    var hash = StableHash()
    hash.add(try FileStore.read(path))
    checksum = hash.hexadecimal
  }

  /// The trace as results name it.
  var name: String {
    "\(kind.rawValue) \(checksum)"
  }

  /// The trace itself.
  enum Content: Sendable {
    case functions(FunctionTrace)
    case requests(TraceFile)
  }

  /// Reads the trace.
  ///
  /// - Throws: ``UsageError`` for a file that is refused, with file and line.
  func read() throws -> Content {
    do {
      let bytes = Array(try FileStore.read(path).utf8)
      switch kind {
      case .functions: return .functions(try FunctionTrace(azureFunctions: bytes, path: path))
      case .requests: return .requests(try TraceFile(bytes, path: path))
      }
    } catch let error as WorkloadError {
      throw UsageError(error.description)
    }
  }
}
