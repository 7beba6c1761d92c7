import Foundation
import WireProtocols

/// The recorded behaviour of the published artifact, as the tests read it.
public enum GoldenData {
  /// The folder that holds it: `$ORACLE_DIR`, or `Tests/Golden/oracle` of this package.
  public static var folder: URL {
    if let chosen = ProcessInfo.processInfo.environment["ORACLE_DIR"] {
      return URL(fileURLWithPath: chosen, isDirectory: true)
    }
    return URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Golden/oracle", isDirectory: true)
  }

  /// The bytes of a file of the folder, for example `wire.json` or `analysis/cases.json`.
  public static func data(_ file: String) throws -> Data {
    let url = folder.appendingPathComponent(file)
    do {
      return try Data(contentsOf: url)
    } catch {
      throw GoldenDataError.unreadable(path: url.path, reason: "\(error)")
    }
  }

  /// The text of a file of the folder.
  public static func text(_ file: String) throws -> String {
    String(decoding: try data(file), as: UTF8.self)
  }

  /// The JSON value that a file of the folder holds.
  public static func load(_ file: String) throws -> JSONValue {
    let bytes = Array(try data(file))
    do throws(WireError) {
      return JSONValue(try JSON(parsing: bytes))
    } catch {
      throw GoldenDataError.notJSON(file: file, reason: error.description)
    }
  }

  /// The cases of a file, all of them or those of one kind; at least one, or the test would prove nothing.
  public static func cases(_ file: String, kind: String? = nil) throws -> [JSONValue] {
    var cases = try load(file)["cases"].array
    if let kind {
      cases = try cases.filter { try $0["kind"] == .string(kind) }
    }
    guard !cases.isEmpty else { throw GoldenDataError.noCases(file: file, kind: kind) }
    return cases
  }

  /// Whether two numbers agree within a relative tolerance, or an absolute one near zero.
  public static func agree(_ a: Double, _ b: Double, relative: Double = 1e-9, absolute: Double = 0) -> Bool {
    a == b || abs(a - b) <= max(relative * max(abs(a), abs(b)), absolute)
  }
}

/// What can be wrong with golden data.
public enum GoldenDataError: Error, Equatable {
  case unreadable(path: String, reason: String)
  case notJSON(file: String, reason: String)
  case noCases(file: String, kind: String?)
  case notAsExpected(expected: String, found: String)
}

extension GoldenDataError: CustomStringConvertible {
  /// One sentence: what happened, to which file, and what to do next.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "Golden data \(path) cannot be read (\(reason)); set ORACLE_DIR to the folder that holds it."
    case .notJSON(let file, let reason):
      "Golden data \(file) is not JSON (\(reason)); copy it again."
    case .noCases(let file, let kind):
      "Golden data \(file) has no case\(kind.map { " of kind \($0)" } ?? ""); copy it again or correct the kind."
    case .notAsExpected(let expected, let found):
      "Expected \(expected) in the golden data, found \(found); correct the test that reads it."
    }
  }
}
