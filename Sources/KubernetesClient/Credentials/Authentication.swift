/// What a call proves who it comes from with.
public struct Authentication: Hashable, Sendable {
  /// The value of the header `Authorization`, if there is one.
  public var authorization: String?
  /// The client's certificate, if it has one.
  public var identity: ClientIdentity?

  /// Nothing, a header, a certificate or both.
  public init(authorization: String? = nil, identity: ClientIdentity? = nil) {
    self.authorization = authorization
    self.identity = identity
  }

  /// A bearer token.
  ///
  /// - Returns: `nil` when it has a character that no token has, a line break above all.
  static func bearer(_ token: some StringProtocol) -> String? {
    let isFine = !token.isEmpty && token.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    return isFine ? "Bearer \(token)" : nil
  }
}
