import PodEmulation

/// An OpenAI-compatible engine of the user's own, which serves in the place of emulated workers.
public struct OwnEngine: Sendable {
  /// Where the engine comes from.
  public enum Origin: Sendable {
    /// It runs already; its start is no business of ours, and what it takes shows in the first answer.
    case running(EngineURL)
    /// Each worker is a process of it, which is started and ended with the worker; `program` is the path of the first
    /// word.
    case command(EngineCommand, program: String, environment: [PodProcess.Variable])
  }

  /// Where it comes from.
  public var origin: Origin
  /// The name of the model that it is asked for; `nil` for the deployed model's.
  public var model: String?
  /// How long a process of it may take until it answers.
  public var patience = Duration.seconds(600)

  /// An engine with the usual patience.
  public init(_ origin: Origin, model: String? = nil) {
    self.origin = origin
    self.model = model
  }

  /// What it is, in the words of the one who named it.
  public var name: String {
    let origin =
      switch origin {
      case .running(let url): url.text
      case .command(let command, _, _): command.text
      }
    return model.map { "\(origin) (model \($0))" } ?? origin
  }
}

/// The address of an engine that runs.
public struct EngineURL: Hashable, Sendable {
  /// The address as it was written.
  public let text: String
  let address: WorkerAddress

  /// Reads `http://host:port`; a path may follow, and a `/v1` at its end is left out since requests name it themselves.
  ///
  /// - Throws: ``EngineOptionError/badURL(_:)``.
  public init(_ text: String) throws(EngineOptionError) {
    let scheme = "http://"
    guard text.lowercased().hasPrefix(scheme),
      text.allSatisfy({ $0.isASCII && !$0.isWhitespace && $0 != "?" && $0 != "#" })
    else { throw .badURL(text) }
    let rest = text.dropFirst(scheme.count)
    let authority = rest.prefix { $0 != "/" }
    let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains("@"), let port = Int(parts[1]),
      (1...65535).contains(port)
    else { throw .badURL(text) }
    var path = rest.dropFirst(authority.count)
    while path.last == "/" { path.removeLast() }
    if path.hasSuffix("/v1") { path.removeLast("/v1".count) }
    self.text = text
    address = WorkerAddress(host: String(parts[0]), port: port, prefix: String(path))
  }
}
