import NIOCore

/// What makes a server's connections secure, so that this room needs no cryptography.
public struct HTTPSecurity: Sendable {
  /// Puts what encrypts in front of everything else on a new connection, on its event loop.
  public let secure: @Sendable (any Channel) throws -> Void
  /// Who is at the other end of a connection, on its event loop; `nil` for somebody without a certificate.
  public let peer: @Sendable (any Channel) -> HTTPPeer?

  /// Security by two closures.
  public init(
    secure: @escaping @Sendable (any Channel) throws -> Void, peer: @escaping @Sendable (any Channel) -> HTTPPeer?
  ) {
    self.secure = secure
    self.peer = peer
  }
}

/// Somebody who has shown a valid certificate.
public struct HTTPPeer: Hashable, Sendable {
  /// The common name of the certificate's subject.
  public let commonName: String
  /// The organisations of the certificate's subject.
  public let organizations: [String]

  /// Somebody of a name, in organisations.
  public init(commonName: String, organizations: [String]) {
    self.commonName = commonName
    self.organizations = organizations
  }
}
