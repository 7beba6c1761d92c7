import CCurl
import Glibc

/// One call on libcurl: its handle, set up for the endpoint, and what has come back of the head.
final class CurlTransfer {
  let handle: UnsafeMutableRawPointer
  let report: CurlLoop.Report
  private var headers: UnsafeMutablePointer<curl_slist>?
  private var connectTo: UnsafeMutablePointer<curl_slist>?
  private let problem: UnsafeMutablePointer<CChar>
  private var status = 0
  private var isHeadComplete = false
  private var fields: [HTTPCall.Header] = []

  init?(_ call: HTTPCall, to endpoint: ClusterEndpoint, report: @escaping CurlLoop.Report) {
    guard let handle = curl_easy_init() else { return nil }
    self.handle = handle
    self.report = report
    problem = .allocate(capacity: Int(CURL_ERROR_SIZE))
    problem.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    setAddress(call, endpoint)
    setRequest(call)
    setTrust(endpoint, call.identity)
    setCallbacks()
  }

  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(headers)
    curl_slist_free_all(connectTo)
    problem.deallocate()
  }

  /// The transfer has ended as libcurl says.
  func ended(_ result: CURLcode) {
    guard result != CURLE_OK else { return report(.success(nil)) }
    let detail = String(cString: problem)
    let reason = detail.isEmpty ? String(cString: curl_easy_strerror(result)) : detail
    report(.failure(TransportFailure(Self.kind(of: result, reason), Self.firstLine(reason))))
  }

  private static func kind(of result: CURLcode, _ reason: String) -> TransportFailure.Kind {
    // With TLS 1.3 a server refuses a client's certificate, or its absence, by an alert after the handshake.
    let mayBeAlert = result == CURLE_SSL_CONNECT_ERROR || result == CURLE_RECV_ERROR || result == CURLE_SEND_ERROR
    if mayBeAlert, reason.contains(" alert ") { return .untrusted }
    return switch result {
    case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .notConnected
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE: .untrusted
    case CURLE_OPERATION_TIMEDOUT: .timedOut
    default: .broken
    }
  }

  private static func firstLine(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? text
    return line.hasSuffix(".") ? String(line.dropLast()) : line
  }

  private func setAddress(_ call: HTTPCall, _ endpoint: ClusterEndpoint) {
    let server = endpoint.server
    let host = endpoint.certificateName ?? server.host
    hydra_easy_set_text(
      handle, CURLOPT_URL, "\(server.scheme)://\(host):\(server.port)\(server.path)\(call.target)")
    hydra_easy_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
    hydra_easy_set_long(handle, CURLOPT_PATH_AS_IS, 1)
    if endpoint.certificateName != nil {
      // libcurl takes the name to check from the URL; the connection goes to the real host all the same.
      connectTo = curl_slist_append(nil, "::\(server.authority)")
      hydra_easy_set_pointer(handle, CURLOPT_CONNECT_TO, connectTo)
      headers = curl_slist_append(headers, "Host: \(server.authority)")
    }
    if let proxy = endpoint.proxy {
      hydra_easy_set_text(handle, CURLOPT_PROXY, proxy)
      hydra_easy_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    } else if server.isLoopback {
      hydra_easy_set_text(handle, CURLOPT_PROXY, "")  // whatever the environment says
    }
  }

  private func setRequest(_ call: HTTPCall) {
    hydra_easy_set_text(handle, CURLOPT_CUSTOMREQUEST, call.method.rawValue)
    for header in call.headers { headers = curl_slist_append(headers, "\(header.name): \(header.value)") }
    headers = curl_slist_append(headers, "Expect:")
    hydra_easy_set_headers(handle, headers)
    if !call.body.isEmpty {
      hydra_easy_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(call.body.count))
      var body = call.body
      body.withUnsafeMutableBytes { _ = hydra_easy_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, $0.baseAddress) }
    }
    let limit = call.timeLimit.components
    hydra_easy_set_long(
      handle, CURLOPT_TIMEOUT_MS, max(1, Int(limit.seconds) * 1000 + Int(limit.attoseconds / 1_000_000_000_000_000)))
    hydra_easy_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, 10_000)
    hydra_easy_set_long(handle, CURLOPT_NOSIGNAL, 1)
    // A watch may be silent for minutes; a host that is gone must show all the same.
    hydra_easy_set_long(handle, CURLOPT_TCP_KEEPALIVE, 1)
    hydra_easy_set_long(handle, CURLOPT_TCP_KEEPIDLE, 30)
    hydra_easy_set_long(handle, CURLOPT_TCP_KEEPINTVL, 10)
    hydra_easy_set_long(handle, CURLOPT_HTTP_VERSION, call.upgrades ? Self.http1 : Self.http2OverTLS)
    if call.upgrades {
      hydra_easy_set_long(handle, CURLOPT_FRESH_CONNECT, 1)
      hydra_easy_set_long(handle, CURLOPT_FORBID_REUSE, 1)
    }
  }

  /// `CURL_HTTP_VERSION_1_1`: never HTTP/2, which has no status 101.
  private static let http1 = 2
  /// `CURL_HTTP_VERSION_2TLS`: HTTP/2 where TLS agrees on it, else HTTP/1.1.
  private static let http2OverTLS = 4

  private func setTrust(_ endpoint: ClusterEndpoint, _ identity: ClientIdentity?) {
    hydra_easy_set_long(handle, CURLOPT_SSL_VERIFYPEER, endpoint.skipsVerification ? 0 : 1)
    hydra_easy_set_long(handle, CURLOPT_SSL_VERIFYHOST, endpoint.skipsVerification ? 0 : 2)
    if let authorities = endpoint.authorities {
      hydra_easy_set_blob(handle, CURLOPT_CAINFO_BLOB, authorities, authorities.count)
      hydra_easy_set_text(handle, CURLOPT_CAPATH, nil)
    }
    if let identity {
      hydra_easy_set_text(handle, CURLOPT_SSLCERTTYPE, "PEM")
      hydra_easy_set_blob(handle, CURLOPT_SSLCERT_BLOB, identity.certificate, identity.certificate.count)
      hydra_easy_set_text(handle, CURLOPT_SSLKEYTYPE, "PEM")
      hydra_easy_set_blob(handle, CURLOPT_SSLKEY_BLOB, identity.key, identity.key.count)
    }
  }

  private func setCallbacks() {
    let me = Unmanaged.passUnretained(self).toOpaque()
    hydra_easy_set_pointer(handle, CURLOPT_ERRORBUFFER, problem)
    hydra_easy_set_pointer(handle, CURLOPT_HEADERDATA, me)
    hydra_easy_set_pointer(handle, CURLOPT_WRITEDATA, me)
    hydra_easy_set_header(handle) { bytes, size, count, me in
      guard let bytes, let me else { return 0 }
      let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
      Unmanaged<CurlTransfer>.fromOpaque(me).takeUnretainedValue().header(String(decoding: line, as: UTF8.self))
      return size * count
    }
    hydra_easy_set_write(handle) { bytes, size, count, me in
      guard let bytes, let me else { return 0 }
      let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
      Unmanaged<CurlTransfer>.fromOpaque(me).takeUnretainedValue().report(.success(.body(Array(piece))))
      return size * count
    }
  }

  /// A line of the head; the empty one ends it, and a head of "100 Continue" is followed by another. After 101, which only
  /// a call that asks for it gets, libcurl hands on whatever comes as the body.
  private func header(_ text: String) {
    let line = text.filter { !$0.isNewline }
    if line.hasPrefix("HTTP/") {
      status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      isHeadComplete = false
      fields = []
    } else if isHeadComplete {
      return  // what follows the body says nothing that we ask for
    } else if line.isEmpty {
      isHeadComplete = true
      if status >= 200 || status == 101 { report(.success(.head(status: status, headers: fields))) }
    } else if let colon = line.firstIndex(of: ":") {
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      fields.append(HTTPCall.Header(line[..<colon].lowercased(), String(value)))
    }
  }
}
