/// Where a remote storage server listens.
public struct RemoteStore: Hashable, Sendable {
  /// Its address.
  public let host: String
  /// Its port.
  public let port: Int

  /// A server at an address.
  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }
}
