/// Where an API server is and how it is trusted.
public struct ClusterEndpoint: Hashable, Sendable {
  /// Its address: `https` or `http`, host, port and the start of all paths.
  public var server: ServerAddress
  /// The certificates that it is trusted by, as PEM; `nil` for those of the system.
  public var authorities: [UInt8]?
  /// Whether any certificate is accepted.
  public var skipsVerification: Bool
  /// The name that its certificate carries, if it is not the host's.
  public var certificateName: String?
  /// A proxy between here and there.
  public var proxy: String?

  /// A server that is trusted by the system's certificates.
  public init(
    server: ServerAddress, authorities: [UInt8]? = nil, skipsVerification: Bool = false, certificateName: String? = nil,
    proxy: String? = nil
  ) {
    self.server = server
    self.authorities = authorities
    self.skipsVerification = skipsVerification
    self.certificateName = certificateName
    self.proxy = proxy
  }
}
