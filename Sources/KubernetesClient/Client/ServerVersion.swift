import WireProtocols

/// The version of Kubernetes that a server says it is.
public struct ServerVersion: Hashable, Sendable, CustomStringConvertible {
  /// The major version.
  public let major: Int
  /// The minor version.
  public let minor: Int

  /// A version.
  public init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// The version in an answer; providers add letters and signs to the minor one, as in `31+`.
  init?(_ answer: JSON) {
    guard let major = answer["major"]?.string.flatMap({ Int($0) }), let text = answer["minor"]?.string,
      let minor = Int(text.prefix { $0.isASCII && $0.isNumber })
    else { return nil }
    self.init(major: major, minor: minor)
  }

  /// Whether it is 1 and that minor version, or later.
  public func isAtLeast(minor: Int) -> Bool {
    major > 1 || (major == 1 && self.minor >= minor)
  }

  /// As Kubernetes writes it, without the patch.
  public var description: String { "\(major).\(minor)" }
}

extension KubernetesClient {
  /// Asks the server for its version.
  ///
  /// - Throws: ``KubernetesError``.
  public func serverVersion() async throws -> ServerVersion {
    let request = APIRequest(verb: "get", object: "the server's version", .get, "/version", isIdempotent: true)
    guard let version = ServerVersion(try await send(request)) else {
      throw KubernetesError.notUnderstood(call: request.call, reason: "no `major` and `minor`")
    }
    return version
  }
}
