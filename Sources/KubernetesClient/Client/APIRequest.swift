import WireProtocols

/// A call as it is made, perhaps several times.
struct APIRequest {
  let verb: String
  let object: String
  let method: HTTPCall.Method
  let target: String
  let body: [UInt8]
  let contentType: String
  let isIdempotent: Bool
  /// Whether it starts something that must never be started twice.
  let startsSomething: Bool

  init(
    verb: String, object: String, _ method: HTTPCall.Method, _ path: String, query: [(String, String)] = [],
    body: JSON? = nil, contentType: String = "application/json", isIdempotent: Bool, startsSomething: Bool = false
  ) {
    self.verb = verb
    self.object = object
    self.method = method
    self.target = path + Query.text(query)
    self.body = body?.bytes ?? []
    self.contentType = contentType
    self.isIdempotent = isIdempotent
    self.startsSomething = startsSomething
  }

  /// Verb and object, for messages.
  var call: String { "\(verb) \(object)" }

  /// The call for a transport.
  func httpCall(_ authentication: Authentication, timeLimit: Duration) -> HTTPCall {
    var headers = [HTTPCall.Header("Accept", "application/json"), .init("User-Agent", KubernetesClient.fieldManager)]
    if let authorization = authentication.authorization { headers.append(.init("Authorization", authorization)) }
    if !body.isEmpty { headers.append(.init("Content-Type", contentType)) }
    return HTTPCall(
      method, target, headers: headers, body: body, timeLimit: timeLimit, identity: authentication.identity)
  }
}

/// An answer that has arrived as a whole.
struct APIAnswer {
  var status = 0
  var headers: [HTTPCall.Header] = []
  var body: [UInt8] = []

  /// How long the server asks to wait; only whole seconds are read, dates are not used by API servers.
  var retryAfter: Duration? {
    guard let text = headers.first(where: { $0.name.lowercased() == "retry-after" })?.value, let seconds = Int(text),
      seconds >= 0
    else { return nil }
    return .seconds(seconds)
  }

  /// The refusal that it is, in the server's words.
  func refusal(of call: String) -> KubernetesError {
    let json = try? JSON(parsing: body)
    let status = json?["kind"]?.string == "Status" ? json : nil
    let plain = String(decoding: body.prefix(300), as: UTF8.self)
    return .refused(
      call: call, status: self.status, reason: status?["reason"]?.string ?? "",
      message: status?["message"]?.string ?? plain)
  }
}

/// What came of a call that was answered.
enum Attempt<Value: Sendable>: Sendable {
  /// What was wanted.
  case done(Value)
  /// The server's refusal.
  case refused(APIAnswer)
}

extension KubernetesClient {
  /// Makes a call, again if need be, and reads the answer as JSON.
  func send(_ request: APIRequest) async throws -> JSON {
    let body = try await answer(to: request).body
    do {
      return try JSON(parsing: body)
    } catch {
      throw KubernetesError.notUnderstood(call: request.call, reason: "\(error)")
    }
  }

  /// Makes a call, again if need be, until it is answered with success.
  ///
  /// - Parameter limit: how long all attempts together may take, where that is less than usual.
  /// - Throws: ``KubernetesError``, ``KubeconfigError``, `CancellationError`.
  func answer(to request: APIRequest, within limit: Duration? = nil) async throws -> APIAnswer {
    let limit = min(limit ?? limits.call, limits.call)
    return try await repeated(request, until: pacing.now() + limit) { authentication in
      let answer = try await wholeAnswer(to: request, authentication, within: min(limit, limits.attempt))
      return (200...299).contains(answer.status) ? .done(answer) : .refused(answer)
    }
  }

  /// Attempts a call, again if need be and allowed, until one succeeds.
  ///
  /// - Parameters:
  ///   - deadline: when to give up, by the clock of ``Pacing``.
  ///   - attempt: makes the call once; a ``TransportFailure`` that it throws counts as one.
  /// - Throws: ``KubernetesError``, ``KubeconfigError``, `CancellationError`.
  func repeated<Value>(
    _ request: APIRequest, until deadline: Duration, attempt: (Authentication) async throws -> Attempt<Value>
  ) async throws -> Value {
    var policy = RetryPolicy(
      isIdempotent: request.isIdempotent, startsSomething: request.startsSomething, deadline: deadline)
    var authentication = try await credentials.current()
    var hasRenewed = false
    while true {
      try Task.checkCancellation()
      let outcome: RetryPolicy.Outcome
      let problem: KubernetesError
      switch try await result(of: attempt, authentication) {
      case .success(.done(let value)): return value
      case .success(.refused(let answer)):
        problem = answer.refusal(of: request.call)
        if answer.status == 401, !hasRenewed, let renewed = try await credentials.renewed(after: authentication) {
          authentication = renewed
          hasRenewed = true
          continue
        }
        outcome = .status(answer.status, retryAfter: answer.retryAfter)
      case .failure(let failure):
        outcome = .failure(failure.kind)
        problem = error(request.call, failure)
      }
      guard let pause = policy.pause(after: outcome, now: pacing.now(), random: pacing.random()) else { throw problem }
      notice("\(problem) Trying again.")
      try await pacing.sleep(pause)
      authentication = try await credentials.current()
    }
  }

  /// The error that a failure of the transport is.
  func error(_ call: String, _ failure: TransportFailure) -> KubernetesError {
    failure.kind == .untrusted
      ? .untrusted(call: call, server: server, reason: failure.description)
      : .unreachable(call: call, server: server, reason: failure.description)
  }

  private func result<Value>(
    of attempt: (Authentication) async throws -> Attempt<Value>, _ authentication: Authentication
  ) async throws -> Result<Attempt<Value>, TransportFailure> {
    do {
      return .success(try await attempt(authentication))
    } catch let failure as TransportFailure {
      return .failure(failure)
    }
  }

  private func wholeAnswer(
    to request: APIRequest, _ authentication: Authentication, within limit: Duration
  ) async throws -> APIAnswer {
    var answer = APIAnswer()
    for try await news in transport.open(request.httpCall(authentication, timeLimit: limit)) {
      switch news {
      case .head(let status, let headers): (answer.status, answer.headers) = (status, headers)
      case .body(let piece):
        guard answer.body.count + piece.count <= limits.answerBytes else {
          throw KubernetesError.tooLarge(call: request.call, limit: limits.answerBytes)
        }
        answer.body += piece
      }
    }
    try Task.checkCancellation()  // a cancelled stream ends as if the answer were complete
    guard answer.status > 0 else { throw TransportFailure(.broken, "the answer has no head") }
    return answer
  }
}
