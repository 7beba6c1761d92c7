/// What goes wrong between a client and an API server.
public enum KubernetesError: Error, Equatable {
  /// A name has characters that no name has.
  case badName(what: String, value: String, allowed: String)
  /// The server refused a call; the message is its own.
  case refused(call: String, status: Int, reason: String, message: String)
  /// The server could not be reached, or the answer did not arrive.
  case unreachable(call: String, server: String, reason: String)
  /// The server's certificate, or the client's, is not accepted.
  case untrusted(call: String, server: String, reason: String)
  /// The answer is longer than allowed.
  case tooLarge(call: String, limit: Int)
  /// The answer is not what the API promises.
  case notUnderstood(call: String, reason: String)
  /// The server has begun what it was asked to do, and how that ended was not heard.
  case outcomeUnknown(call: String, reason: String)
  /// A manifest is of no type that this toolkit makes.
  case unknownType(apiVersion: String, kind: String)
  /// Something did not come to pass in time.
  case notInTime(what: String, seconds: Int, state: String)
}

extension KubernetesError: CustomStringConvertible {
  /// One sentence: what was asked of which object, and what the server said.
  public var description: String {
    switch self {
    case .badName(let what, let value, let allowed):
      "The \(what) is `\(String(value.prefix(80)).onOneLine)`; allowed: \(allowed)."
    case .refused(let call, let status, let reason, let message):
      "Could not \(call): \(Self.sentence(message)) (\(status)\(reason.isEmpty ? "" : " \(reason)"))."
    case .unreachable(let call, let server, let reason): "Could not \(call): \(server) does not answer (\(reason))."
    case .untrusted(let call, let server, let reason):
      "Could not \(call): \(server) cannot be trusted (\(reason)); check certificate-authority, "
        + "tls-server-name and client-certificate in the kubeconfig."
    case .tooLarge(let call, let limit): "Could not \(call): the answer has more than the \(limit) bytes allowed."
    case .notUnderstood(let call, let reason): "Could not \(call): the server answered something else (\(reason))."
    case .outcomeUnknown(let call, let reason): "Could not \(call) to the end: it has begun, and \(reason)."
    case .unknownType(let apiVersion, let kind):
      "There is no type \(kind) of \(apiVersion) here; allowed: "
        + ResourceType.all.map(\.kind).joined(separator: ", ") + "."
    case .notInTime(let what, let seconds, let state): "After \(seconds) s \(what): \(state.onOneLine)."
    }
  }

  private static func sentence(_ message: String) -> String {
    let line = message.onOneLine
    return line.isEmpty ? "the server gave no reason" : line.hasSuffix(".") ? String(line.dropLast()) : line
  }
}
