import WireProtocols

/// One watch: what it knows and how often it was in trouble of late.
struct WatchSession {
  let client: KubernetesClient
  let type: ResourceType
  let namespace: String?
  let selector: LabelSelector
  private var collection = WatchedCollection()
  private var backOff = BackOff()
  private var mustList = true
  private var hasRenewed = false

  /// The most bytes of one event; objects have at most 3 MiB in etcd's usual limits.
  private static let longestLine = 16 << 20
  /// A stream that ends sooner, without news, counts as trouble.
  private static let shortest = Duration.seconds(1)

  init(client: KubernetesClient, type: ResourceType, namespace: String?, selector: LabelSelector) {
    self.client = client
    self.type = type
    self.namespace = namespace
    self.selector = selector
  }

  /// How a stream ended.
  private enum End {
    /// As it should.
    case closed
    /// The place is forgotten.
    case expired
    /// In trouble; with the pause that the server asks for.
    case trouble(String, retryAfter: Duration?)
    /// Where waiting cannot help.
    case refused(KubernetesError)
    /// The credentials are not accepted.
    case unauthorized(KubernetesError, Authentication)
  }

  /// Lists if need be, then reads one stream to its end, and pauses if it was in trouble.
  mutating func goOn(_ tell: (WatchEvent) -> Void) async throws {
    if mustList {
      do {
        for event in collection.take(try await client.list(type, namespace: namespace, selector: selector)) {
          tell(event)
        }
        mustList = false
      } catch let error as KubernetesError {
        guard error.mayPass else { throw error }
        return try await pause("\(error)", nil, tell)
      }
    }
    switch try await readStream(tell) {
    case .closed: break
    case .expired: mustList = true
    case .trouble(let reason, let asked): try await pause(reason, asked, tell)
    case .refused(let error): throw error
    case .unauthorized(let error, let used):
      guard !hasRenewed, try await client.credentials.renewed(after: used) != nil else { throw error }
      hasRenewed = true
    }
  }

  private mutating func pause(_ reason: String, _ asked: Duration?, _ tell: (WatchEvent) -> Void) async throws {
    tell(.trouble(reason))
    let own = backOff.pause(now: client.pacing.now(), random: client.pacing.random())
    try await client.pacing.sleep(asked ?? own)
  }

  private func request(seconds: Int) throws -> APIRequest {
    var query = [
      ("watch", "true"), ("allowWatchBookmarks", "true"), ("resourceVersion", collection.resourceVersion),
      ("timeoutSeconds", "\(seconds)"),
    ]
    if !selector.description.isEmpty { query.append(("labelSelector", selector.description)) }
    return APIRequest(
      verb: "watch", object: type.called(nil, in: namespace), .get, try type.path(namespace: namespace), query: query,
      isIdempotent: true)
  }

  private mutating func readStream(_ tell: (WatchEvent) -> Void) async throws -> End {
    // Spread over five to ten minutes, so that many watches do not come back at the same moment.
    let seconds = 300 + Int(300 * client.pacing.random())
    let request = try request(seconds: seconds)
    let authentication = try await client.credentials.current()
    let call = request.httpCall(authentication, timeLimit: .seconds(seconds + 30))
    let began = client.pacing.now()
    var answer = APIAnswer()
    var lines = LineSplitter(limit: Self.longestLine)
    var hasNews = false
    do {
      for try await news in client.transport.open(call) {
        switch news {
        case .head(let status, let headers):
          (answer.status, answer.headers) = (status, headers)
          if status == 200 { hasRenewed = false }
        case .body(let piece) where answer.status == 200:
          guard let complete = lines.feed(piece) else {
            return .refused(.tooLarge(call: request.call, limit: Self.longestLine))
          }
          for line in complete {
            if let end = take(line, of: request, tell) { return end }
            hasNews = true
          }
        case .body(let piece): answer.body += piece.prefix(max(0, 64 * 1024 - answer.body.count))
        }
      }
    } catch let failure as TransportFailure {
      let error = client.error(request.call, failure)
      return failure.kind == .untrusted ? .refused(error) : .trouble("\(error)", retryAfter: nil)
    }
    try Task.checkCancellation()
    guard answer.status == 200 else { return end(of: answer, request, authentication) }
    let isTooShort = !hasNews && client.pacing.now() - began < Self.shortest
    return isTooShort
      ? .trouble("The server closes the watch of \(type.called(nil, in: namespace)) at once.", retryAfter: nil)
      : .closed
  }

  /// Takes a line; returns how the stream ends with it, if it does.
  private mutating func take(_ line: [UInt8], of request: APIRequest, _ tell: (WatchEvent) -> Void) -> End? {
    switch collection.take(line: line) {
    case .news(let events):
      for event in events { tell(event) }
      return nil
    case .expired: return .expired
    case .failed(let status, let message):
      let error = KubernetesError.refused(call: request.call, status: status, reason: "", message: message)
      // Whatever it was, a list shows the state of things and may say more.
      mustList = true
      return .trouble("\(error)", retryAfter: nil)
    case .nonsense:
      mustList = true
      return .trouble(
        "\(KubernetesError.notUnderstood(call: request.call, reason: "a line is no event"))", retryAfter: nil)
    }
  }

  /// How a watch ends that the server did not begin.
  private mutating func end(of answer: APIAnswer, _ request: APIRequest, _ authentication: Authentication) -> End {
    let error = answer.refusal(of: request.call)
    switch answer.status {
    case 410: return .expired
    case 401: return .unauthorized(error, authentication)
    case 504:
      // The place lies in the future of a server that was put back; only a list tells where it is.
      mustList = true
      return .trouble("\(error)", retryAfter: answer.retryAfter)
    case 429, 500...599: return .trouble("\(error)", retryAfter: answer.retryAfter)
    case 0: return .trouble("\(error)", retryAfter: nil)
    default: return .refused(error)
    }
  }
}

extension KubernetesError {
  /// Whether the same call may succeed later.
  package var mayPass: Bool {
    switch self {
    case .refused(_, let status, _, _): status == 429 || (500...599).contains(status) || status == 410
    case .unreachable: true
    default: false
    }
  }
}
