/// The way to an API server: it sends a call and hands back what comes, piece by piece.
///
/// Everything above it is the same over a real connection (``curl(to:)``) and over scripted answers.
public struct KubernetesTransport: Sendable {
  /// Sends a call; the stream ends with the answer, or throws ``TransportFailure``. Whoever stops reading ends the call.
  public var open: @Sendable (HTTPCall) -> AsyncThrowingStream<HTTPNews, any Error>

  /// A transport.
  public init(open: @escaping @Sendable (HTTPCall) -> AsyncThrowingStream<HTTPNews, any Error>) {
    self.open = open
  }

  /// Sends calls with libcurl: connections are kept, HTTP/2 is used where the server offers it, certificates are checked.
  ///
  /// - Throws: ``TransportFailure`` when the system gives no thread or libcurl no memory.
  public static func curl(to endpoint: ClusterEndpoint) throws -> KubernetesTransport {
    let loop = try CurlLoop(endpoint)
    return KubernetesTransport { call in
      AsyncThrowingStream { continuation in
        let number = loop.start(call) { news in
          switch news {
          case .success(let piece?): continuation.yield(piece)
          case .success(nil): continuation.finish()
          case .failure(let failure): continuation.finish(throwing: failure)
          }
        }
        continuation.onTermination = { _ in loop.cancel(number) }
      }
    }
  }
}
