/// The command that starts an engine of the user's own, with places for what is known only when it is started.
///
/// It is split into words without a shell, so nothing in it is expanded: words are separated by spaces, tabs and line
/// ends; between single quotes everything stands for itself; between double quotes everything but `\"` and `\\`; outside
/// quotes a backslash makes the next character stand for itself. `{port}`, `{model}` and `{host}` are replaced after
/// that, within their words; other braces that hold only letters are mistakes, and all others stand for themselves.
public struct EngineCommand: Hashable, Sendable {
  /// What can be put into a command.
  public enum Placeholder: String, CaseIterable, Sendable {
    /// The name of the model that is asked for.
    case model
    /// The port that the engine must listen on.
    case port
    /// The address that it must listen on.
    case host
  }

  /// Text, or a place for one.
  private enum Part: Hashable {
    case text(String)
    case placeholder(Placeholder)
  }

  private let parsed: [[Part]]
  /// The command as it was written.
  public let text: String
  /// Its first word.
  public let program: String

  /// Reads a command.
  ///
  /// - Throws: ``EngineOptionError`` when a quote is not closed, a placeholder is unknown, or `{port}` is missing.
  public init(_ text: String) throws(EngineOptionError) {
    self.text = text
    var parsed: [[Part]] = []
    for word in try Self.words(of: text) { parsed.append(try Self.parts(of: word)) }
    guard let first = parsed.first else { throw .emptyCommand }
    guard case .text(let program) = first[0], first.count == 1 else { throw .noProgram(command: text) }
    guard parsed.contains(where: { $0.contains(.placeholder(.port)) }) else { throw .noPort(command: text) }
    self.parsed = parsed
    self.program = program
  }

  /// The arguments, without the program.
  public func arguments(model: String, host: String, port: Int) -> [String] {
    parsed.dropFirst().map { parts in
      parts.map { part in
        switch part {
        case .text(let text): text
        case .placeholder(.model): model
        case .placeholder(.port): "\(port)"
        case .placeholder(.host): host
        }
      }.joined()
    }
  }

  private static func words(of text: String) throws(EngineOptionError) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var characters = text.makeIterator()
    while let character = characters.next() {
      switch (character, quote) {
      case ("'", "'"), ("\"", "\""): quote = nil
      case ("'", nil), ("\"", nil):
        quote = character
        word = word ?? ""
      case ("\\", nil):
        guard let next = characters.next() else { throw .unfinished(command: text, what: "backslash") }
        word = (word ?? "") + String(next)
      case ("\\", "\""):
        guard let next = characters.next() else { throw .unfinished(command: text, what: "double quote") }
        word = (word ?? "") + (next == "\"" || next == "\\" ? String(next) : "\\\(next)")
      case (_, nil) where character.isWhitespace:
        if let finished = word { words.append(finished) }
        word = nil
      default: word = (word ?? "") + String(character)
      }
    }
    if let quote { throw .unfinished(command: text, what: quote == "'" ? "single quote" : "double quote") }
    return words + (word.map { [$0] } ?? [])
  }

  private static func parts(of word: String) throws(EngineOptionError) -> [Part] {
    var parts: [Part] = []
    var literal = ""
    var rest = word[...]
    while let character = rest.first {
      let name = character == "{" ? rest.dropFirst().prefix { $0.isASCII && $0.isLetter } : ""
      guard !name.isEmpty, rest.dropFirst(1 + name.count).first == "}" else {
        literal.append(character)
        rest = rest.dropFirst()
        continue
      }
      guard let placeholder = Placeholder(rawValue: String(name)) else {
        throw .unknownPlaceholder(name: String(name))
      }
      if !literal.isEmpty { parts.append(.text(literal)) }
      parts.append(.placeholder(placeholder))
      literal = ""
      rest = rest.dropFirst(name.count + 2)
    }
    return literal.isEmpty && !parts.isEmpty ? parts : parts + [.text(literal)]
  }
}
