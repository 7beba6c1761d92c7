import HTTPServing
import NIOCore
import NIOSSL

/// What a server proves by TLS to be, and whose clients it believes.
///
/// This is the only room that knows about cryptography; everything else sees the two closures of `HTTPSecurity`.
public struct TLSIdentity: Sendable {
  /// The file of the server's certificate, in PEM.
  public let certificateFile: String
  /// The file of its key, in PEM.
  public let keyFile: String
  /// The file of the authority that signs the certificates of clients, in PEM.
  public let authorityFile: String

  /// How long a client may take to say that it has seen the end; one in no hurry would hold up the end of the server.
  private let shutdownTimeout = TimeAmount.milliseconds(200)

  /// An identity in three files.
  public init(certificateFile: String, keyFile: String, authorityFile: String) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
    self.authorityFile = authorityFile
  }

  /// Connections by TLS 1.2 or later whose clients may show a certificate of the authority; another one is refused.
  ///
  /// - Throws: ``TLSServingError`` when a file cannot be used.
  public func security() throws(TLSServingError) -> HTTPSecurity {
    let context: NIOSSLContext
    do {
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMFile(certificateFile).map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: keyFile, format: .pem)))
      configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorityFile))
      configuration.certificateVerification = .optionalVerification
      configuration.applicationProtocols = ["http/1.1"]
      configuration.shutdownTimeout = shutdownTimeout
      context = try NIOSSLContext(configuration: configuration)
    } catch {
      throw .unusable(certificate: certificateFile, reason: "\(error)")
    }
    return HTTPSecurity(
      secure: { channel in
        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
      },
      peer: { channel in
        let handler = try? channel.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)
        return (try? handler?.peerCertificate?.toDERBytes()).flatMap { CertificateSubject.peer($0) }
      })
  }
}

/// Why a server cannot serve by TLS.
public enum TLSServingError: Error, Equatable {
  /// A certificate, its key or its authority cannot be used.
  case unusable(certificate: String, reason: String)
}

extension TLSServingError: CustomStringConvertible {
  /// One sentence: what happened, to which thing, and what to do next.
  public var description: String {
    switch self {
    case .unusable(let certificate, let reason):
      "The certificate \(certificate) cannot be used (\(reason)); delete its folder and start again."
    }
  }
}
