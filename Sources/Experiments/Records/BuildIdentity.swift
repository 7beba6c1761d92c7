import FoundationEssentials

/// Which build of which program made a result.
public enum BuildIdentity {
  /// A hash of the running program's own file: results made by another build are made again.
  ///
  /// - Throws: ``ExperimentError`` when the program's file cannot be read.
  public static func ofThisProgram() throws -> String {
    let path = "/proc/self/exe"
    do {
      var hash = StableHash()
      for byte in try Data(contentsOf: URL(filePath: path)) { hash.add(byte) }
      return hash.hexadecimal
    } catch {
      throw ExperimentError.file(path: path, action: "read", reason: "\(error)")
    }
  }
}
