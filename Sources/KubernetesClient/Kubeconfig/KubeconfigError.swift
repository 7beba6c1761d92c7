/// Why a kubeconfig, or what it names, cannot be used.
public enum KubeconfigError: Error, Equatable {
  /// There is no kubeconfig at all.
  case notFound(paths: [String])
  /// A file cannot be read.
  case unreadable(path: String, reason: String)
  /// A file is larger than anything of its kind.
  case tooLarge(path: String, limit: Int)
  /// A context, cluster or user is named and does not exist.
  case unknown(what: String, name: String, allowed: [String])
  /// No context is chosen.
  case noContext(allowed: [String])
  /// A value is not of the kind that its key has.
  case badValue(place: String, key: String, value: String, allowed: String)
  /// A kind of credential that is not supported, so that nobody acts as somebody else by accident.
  case unsupported(user: String, key: String, advice: String)
  /// A credential program failed.
  case pluginFailed(command: String, reason: String)
}

extension KubeconfigError: CustomStringConvertible {
  /// One sentence: what happened, to which thing, and what to do next.
  public var description: String {
    switch self {
    case .notFound(let paths):
      "There is no kubeconfig at \(paths.joined(separator: " or ")); give --kubeconfig FILE or set KUBECONFIG."
    case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)."
    case .tooLarge(let path, let limit): "\(path) has more than the \(limit) bytes that are read."
    case .unknown(let what, let name, let allowed):
      "The kubeconfig has no \(what) `\(name)`; \(Self.list(allowed))."
    case .noContext(let allowed):
      "The kubeconfig has no current context; give --context NAME, \(Self.list(allowed))."
    case .badValue(let place, let key, let value, let allowed):
      "\(place): `\(key)` is `\(value)`; allowed: \(allowed)."
    case .unsupported(let user, let key, let advice):
      "User `\(user)` of the kubeconfig has `\(key)`, which is not supported; \(advice)."
    case .pluginFailed(let command, let reason): "The credential program `\(command)` failed: \(reason)."
    }
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "it has none" : "allowed: \(names.joined(separator: ", "))"
  }
}
