import Glibc
import PodEmulation

/// The certificates of a server: an authority of its own, the server's certificate and an administrator's.
///
/// They are made anew by the program `openssl` whenever a server starts, on the curve P-256, which takes a moment.
public struct ServerCertificates: Sendable {
  /// The folder of the files; it exists, and only its owner should be able to read it.
  public let folder: String

  /// Certificates in a folder.
  public init(folder: String) {
    self.folder = folder
  }

  /// The authority's certificate.
  public var authorityFile: String { "\(folder)/ca.crt" }
  /// The server's certificate.
  public var certificateFile: String { "\(folder)/server.crt" }
  /// The server's key.
  public var keyFile: String { "\(folder)/server.key" }

  /// Makes all certificates for a server on 127.0.0.1, replacing those in the folder.
  ///
  /// - Throws: ``KubernetesEmulationError/certificatesFailed(reason:)``, for example when there is no `openssl`.
  public func make() async throws {
    unlink(log)
    try await openssl(
      "req", "-x509", "-days", "3650", "-subj", "/CN=emulated-cluster", "-addext", "keyUsage=critical,keyCertSign",
      "-keyout", "\(folder)/ca.key", "-out", authorityFile, makesKey: true)
    try await sign(
      "server", subject: "/CN=127.0.0.1", "subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth\n")
    try await sign("client", subject: "/O=system:masters/CN=kubernetes-admin", "extendedKeyUsage=clientAuth\n")
  }

  /// What kubectl needs to use the server as the administrator.
  ///
  /// - Throws: ``KubernetesEmulationError/certificatesFailed(reason:)`` when a file cannot be read.
  public func kubeconfig(port: Int) throws(KubernetesEmulationError) -> Kubeconfig {
    Kubeconfig(
      server: "https://127.0.0.1:\(port)", authority: try text(authorityFile),
      credentials: .certificate(try text("\(folder)/client.crt"), key: try text("\(folder)/client.key")))
  }

  private func sign(_ name: String, subject: String, _ extensions: String) async throws {
    let (request, file) = ("\(folder)/\(name).csr", "\(folder)/\(name).ext")
    try await openssl(
      "req", "-subj", subject, "-keyout", "\(folder)/\(name).key", "-out", request, makesKey: true)
    try write(extensions, to: file)
    try await openssl(
      "x509", "-req", "-days", "365", "-in", request, "-CA", authorityFile, "-CAkey", "\(folder)/ca.key",
      "-CAcreateserial", "-extfile", file, "-out", "\(folder)/\(name).crt", makesKey: false)
    unlink(request)
    unlink(file)
  }

  private var log: String { "\(folder)/openssl.log" }

  private func openssl(_ arguments: String..., makesKey: Bool) async throws {
    let key = makesKey ? ["-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"] : []
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
    let exit: PodExit
    do {
      exit = try await PodLauncher.start(
        PodProcess(
          name: "openssl", program: "/usr/bin/env", arguments: ["openssl"] + arguments + key,
          environment: [.init("PATH", path)], logFile: log)
      ).exit()
    } catch {
      throw KubernetesEmulationError.certificatesFailed(reason: "\(error)")
    }
    guard exit != .exited(0) else { return }
    let reason = exit == .exited(127) ? "there is no program openssl" : "openssl ended with \(exit), see \(log)"
    throw KubernetesEmulationError.certificatesFailed(reason: reason)
  }

  private func text(_ path: String) throws(KubernetesEmulationError) -> String {
    guard let file = fopen(path, "r") else {
      throw .certificatesFailed(reason: "\(path) cannot be read (\(String(cString: strerror(errno))))")
    }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  private func write(_ text: String, to path: String) throws(KubernetesEmulationError) {
    guard let file = fopen(path, "w") else {
      throw .certificatesFailed(reason: "\(path) cannot be written (\(String(cString: strerror(errno))))")
    }
    fputs(text, file)
    fclose(file)
  }
}
