/// One request to an API server, as a transport sends it.
public struct HTTPCall: Hashable, Sendable {
  /// The methods that the API uses.
  public enum Method: String, Hashable, Sendable {
    /// Read.
    case get = "GET"
    /// Create.
    case post = "POST"
    /// Change.
    case patch = "PATCH"
    /// Delete.
    case delete = "DELETE"
  }

  /// A header.
  public struct Header: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its value, without line breaks.
    public let value: String

    /// A header.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The method.
  public var method: Method
  /// The path with the query, escaped, from its first `/`.
  public var target: String
  /// The headers.
  public var headers: [Header]
  /// The body; empty for none.
  public var body: [UInt8]
  /// How long the whole call may take.
  public var timeLimit: Duration
  /// The client's certificate, if it has one.
  public var identity: ClientIdentity?
  /// Whether the connection is to speak another protocol after status 101, whose bytes then come as the body: the call
  /// goes by HTTP/1.1 on a connection of its own.
  public var upgrades = false

  /// A call.
  public init(
    _ method: Method, _ target: String, headers: [Header] = [], body: [UInt8] = [], timeLimit: Duration = .seconds(60),
    identity: ClientIdentity? = nil
  ) {
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
    self.timeLimit = timeLimit
    self.identity = identity
  }

  /// The value of a header.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// A client's certificate with its key, both as PEM.
public struct ClientIdentity: Hashable, Sendable {
  /// The certificate and what it was signed with.
  public let certificate: [UInt8]
  /// The key.
  public let key: [UInt8]

  /// A certificate with its key.
  public init(certificate: [UInt8], key: [UInt8]) {
    self.certificate = certificate
    self.key = key
  }
}

/// What comes back, piece by piece.
public enum HTTPNews: Hashable, Sendable {
  /// The status and the headers, first and once.
  case head(status: Int, headers: [HTTPCall.Header])
  /// A piece of the body.
  case body([UInt8])
}

/// Why a call has no answer.
public struct TransportFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure it is; it decides whether a call may be made again.
  public enum Kind: Hashable, Sendable {
    /// No connection was made, so the server knows nothing of the call.
    case notConnected
    /// The server, or the client's own certificate, cannot be trusted.
    case untrusted
    /// The time limit passed.
    case timedOut
    /// The connection broke after it was made; the server may have done what it was asked.
    case broken
  }

  /// What kind of failure it is.
  public let kind: Kind
  /// The reason, without a full stop.
  public let description: String

  /// A failure with its reason.
  public init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.description = reason
  }
}
