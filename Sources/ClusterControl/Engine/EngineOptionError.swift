/// What can be wrong with the description of an engine of the user's own.
public enum EngineOptionError: Error, Equatable {
  /// A command has no word.
  case emptyCommand
  /// A command's first word is not a program but what a placeholder stands for.
  case noProgram(command: String)
  /// A command ends inside something.
  case unfinished(command: String, what: String)
  /// A command has a placeholder that there is not.
  case unknownPlaceholder(name: String)
  /// A command does not say where the port goes.
  case noPort(command: String)
  /// An address is none.
  case badURL(String)
}

extension EngineOptionError: CustomStringConvertible {
  /// One sentence: what is wrong and what is allowed.
  public var description: String {
    switch self {
    case .emptyCommand: "The engine's command is empty; allowed: a program and its arguments, {port} among them."
    case .noProgram(let command):
      "The engine's command `\(command)` begins with a placeholder; allowed: the name or path of a program."
    case .unfinished(let command, let what): "The engine's command `\(command)` ends with an open \(what); close it."
    case .unknownPlaceholder(let name):
      "{\(name)} is no placeholder of an engine's command; allowed: "
        + EngineCommand.Placeholder.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ") + "."
    case .noPort(let command):
      "The engine's command `\(command)` has no {port}, so it could not be told which port to listen on; add it."
    case .badURL(let url):
      "`\(url)` is no address of an engine; allowed: http://host:port, with a path in front of /v1 or without."
    }
  }
}
