extension KubernetesClient {
  /// The most bytes of one message of a command's output; servers send some 32 KiB.
  private static let longestMessage = 4 << 20
  /// The most bytes of a refusal that are read.
  private static let longestRefusal = 64 << 10

  /// Runs a command in a container of a pod, without input, and waits for its end.
  ///
  /// A command that may have begun is not begun again: the call is only repeated when no connection was made, when the
  /// server has too much to do (429), and once with renewed credentials.
  ///
  /// - Parameters:
  ///   - command: the program and its arguments; no shell reads them.
  ///   - container: the container; the pod's only one if `nil`.
  ///   - limit: how long it may take with all repetitions.
  /// - Throws: ``KubernetesError``; `outcomeUnknown` when the command has begun and its end was not heard of.
  public func execute(
    _ command: [String], inPod name: String, namespace: String, container: String? = nil, within limit: Duration
  ) async throws -> PodCommandResult {
    guard command.first?.isEmpty == false else {
      throw KubernetesError.badName(what: "command", value: command.first ?? "", allowed: "a program and its arguments")
    }
    if let container { try ObjectNames.checkLabel(container, "name of a container") }
    let query =
      command.map { ("command", $0) } + (container.map { [("container", $0)] } ?? [])
      + [("stdout", "true"), ("stderr", "true")]
    let request = APIRequest(
      verb: "execute in", object: ResourceType.pods.called(name, in: namespace), .get,
      try ResourceType.pods.path(namespace: namespace, name: name) + "/exec", query: query, isIdempotent: false,
      startsSomething: true)
    let deadline = pacing.now() + limit
    return try await repeated(request, until: deadline) { authentication in
      var call = request.httpCall(authentication, timeLimit: max(.zero, deadline - pacing.now()))
      call.headers += WebSocketHandshake().headers
      call.upgrades = true
      return try await outcome(of: call, request)
    }
  }

  private func outcome(of call: HTTPCall, _ request: APIRequest) async throws -> Attempt<PodCommandResult> {
    var answer = APIAnswer()
    var reader = WebSocketReader(limit: Self.longestMessage)
    var channels = CommandChannels()
    do {
      for try await news in transport.open(call) {
        switch news {
        case .head(let status, let headers):
          (answer.status, answer.headers) = (status, headers)
          if status == 101 { try WebSocketHandshake.check(headers) }
        case .body(let piece) where answer.status == 101:
          for item in try reader.feed(piece) {
            if let result = try take(item, &channels, request) { return .done(result) }
          }
        case .body(let piece): answer.body += piece.prefix(max(0, Self.longestRefusal - answer.body.count))
        }
      }
    } catch let violation as WebSocketViolation {
      throw KubernetesError.notUnderstood(call: request.call, reason: violation.description)
    } catch let failure as TransportFailure where answer.status == 101 {
      throw KubernetesError.outcomeUnknown(call: request.call, reason: failure.description)
    }
    try Task.checkCancellation()  // a cancelled stream ends as if the answer were complete
    switch answer.status {
    case 0: throw TransportFailure(.broken, "the answer has no head")
    case 101: throw KubernetesError.outcomeUnknown(call: request.call, reason: "the connection has ended")
    case 200...299:
      throw KubernetesError.notUnderstood(call: request.call, reason: "status \(answer.status) without WebSocket")
    default: return .refused(answer)
    }
  }

  private func take(
    _ item: WebSocketReader.Item, _ channels: inout CommandChannels, _ request: APIRequest
  ) throws -> PodCommandResult? {
    switch item {
    case .message(let message):
      switch try channels.take(message) {
      case nil: return nil
      case .ended(let result): return result
      case .failed(let status, let reason, let message):
        throw KubernetesError.refused(call: request.call, status: status, reason: reason, message: message)
      }
    case .close(let code, let reason):
      let words = reason.isEmpty ? "" : ": \(reason.onOneLine)"
      throw KubernetesError.outcomeUnknown(
        call: request.call, reason: "the server takes leave\(code.map { " with code \($0)" } ?? "")\(words)")
    }
  }
}
