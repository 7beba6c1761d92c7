/// Which build of which program made a result.
public enum BuildIdentity {
  /// A hash of the running program's own file: results made by another build are made again.
  ///
  /// - Throws: ``ExperimentError`` when the program's file cannot be read.
  public static func ofThisProgram() throws -> String {
    try ofProgram("/proc/self/exe")
  }

  /// The same of another program.
  ///
  /// - Throws: ``ExperimentError`` when the program's file cannot be read.
  public static func ofProgram(_ path: String) throws -> String {
    var hash = StableHash()
    for byte in try FileStore.readBytes(path) { hash.add(byte) }
    return hash.hexadecimal
  }
}
