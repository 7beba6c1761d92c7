/// A program that a pod runs: what to start, and where its output goes.
public struct PodProcess: Hashable, Sendable {
  /// The name of the pod, for messages.
  public var name: String
  /// The path of the program.
  public var program: String
  /// Its arguments, without the program's name.
  public var arguments: [String]
  /// Its whole environment, in the order given.
  public var environment: [Variable]
  /// The file that standard output and standard error are appended to; made if need be.
  public var logFile: String

  /// An environment variable.
  public struct Variable: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its value.
    public let value: String

    /// A variable with its value.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A program with its arguments and environment.
  public init(
    name: String, program: String, arguments: [String], environment: [Variable] = [], logFile: String
  ) {
    self.name = name
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.logFile = logFile
  }
}

/// How a process ended.
public enum PodExit: Hashable, Sendable, CustomStringConvertible {
  /// By itself, with a code.
  case exited(Int32)
  /// By a signal.
  case signalled(Int32)

  /// For messages.
  public var description: String {
    switch self {
    case .exited(let code): "exit code \(code)"
    case .signalled(let signal): "signal \(signal)"
    }
  }
}
