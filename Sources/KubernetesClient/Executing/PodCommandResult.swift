/// What a command in a pod has printed, and how it ended.
public struct PodCommandResult: Hashable, Sendable {
  /// The most bytes that are kept of each of the two outputs.
  public static let mostBytes = 1 << 20

  /// What it has printed to standard output, as far as it is kept.
  public var stdout: [UInt8]
  /// What it has printed to standard error, as far as it is kept.
  public var stderr: [UInt8]
  /// Whether it has printed more than is kept.
  public var isCut: Bool
  /// Its exit code; 0 is success.
  public var exitCode: Int32

  /// A command that has ended.
  public init(stdout: [UInt8] = [], stderr: [UInt8] = [], isCut: Bool = false, exitCode: Int32) {
    self.stdout = stdout
    self.stderr = stderr
    self.isCut = isCut
    self.exitCode = exitCode
  }
}
