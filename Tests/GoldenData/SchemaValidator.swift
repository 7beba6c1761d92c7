import Foundation

/// `docs/schemas/validate.py`, which checks files against the schemas beside it.
public enum SchemaValidator {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("docs/schemas").path

  /// A Python that has the package `jsonschema`, as an absolute path; without one nothing can be checked.
  public static let python: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    return (folders + ["/usr/bin"]).map { "\($0)/python3" }.first { path in
      guard FileManager.default.isExecutableFile(atPath: path) else { return false }
      let process = Process()
      process.executableURL = URL(fileURLWithPath: path)
      process.arguments = ["-c", "import jsonschema; jsonschema.Draft202012Validator"]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      do {
        try process.run()
      } catch {
        return false
      }
      process.waitUntilExit()
      return process.terminationStatus == 0
    }
  }()

  /// Why tests that need it are skipped.
  public static let reason = "python3 has no jsonschema; apt-get install python3-jsonschema"

  /// The words of a command that checks files; `nil` without a Python.
  public static func command(schema: String, files: [String]) -> [String]? {
    python.map { [$0, "\(folder)/validate.py", "\(folder)/\(schema).schema.json"] + files }
  }

  /// The names of all schemas.
  ///
  /// - Throws: Foundation's error when the folder cannot be read.
  public static func schemas() throws -> Set<String> {
    Set(
      try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".schema.json") }
        .map { String($0.dropLast(".schema.json".count)) })
  }
}
