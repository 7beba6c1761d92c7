import ClusterSimulation
import HTTPServing
import ServingModel
import WireProtocols

/// Answers to clients, token by token.
extension EmulatedWorker {
  /// The answer to a request while it is being generated.
  struct Answer {
    let request: Request
    let stream: ChatCompletionStream
    let isStreamed: Bool
    let responder: HTTPResponder
    /// Tokens generated so far.
    var tokens = 0
  }

  /// Takes a request for a completion.
  func complete(_ body: ChatCompletionRequest, _ responder: HTTPResponder) {
    guard isReady else {
      return responder.respond(
        503, headers: [("retry-after", "1")],
        body: ChatCompletionError(message: "The model is still loading; try again.", type: "server_error").body.bytes)
    }
    guard answersClients else {
      let sentence = "Stage \(settings.pod.rank) of a pipeline answers no clients; ask stage 0."
      return responder.respond(400, body: ChatCompletionError(message: sentence).body.bytes)
    }
    guard body.model == WorkerModelName(settings.pod.remoteModel).description else {
      let known = WorkerModelName(settings.pod.remoteModel).description
      return responder.respond(
        404, body: ChatCompletionError(message: "There is no model \(body.model) here; allowed: \(known).").body.bytes)
    }
    let prompt = body.messages.reduce(0) { $0 + $1.content.split(separator: " ").count }
    let longest = max(1, settings.pod.longestSequence - prompt)
    let request = Request(
      id: nextRequest, deployment: 0, promptTokens: max(prompt, 1),
      outputTokens: min(body.maxTokens ?? longest, longest))
    nextRequest += 1
    let stream = ChatCompletionStream(
      id: ChatCompletionStream.id(of: request.id), model: body.model, created: 0, includesUsage: body.includesUsage)
    answers[request.id] = Answer(request: request, stream: stream, isStreamed: body.isStreamed, responder: responder)
    responder.whenGone { [weak self] in
      Task { await self?.abandon(request.id) }
    }
    if body.isStreamed {
      responder.begin(200, contentType: ServerSentEvents.contentType, first: stream.opening())
    }
    add(request)
  }

  private func abandon(_ request: RequestID) {
    answers[request] = nil
    if engine.step != .prefill(request) { engine.drop(request) }
  }

  /// Sends one more token; one that nobody waits for any more ends its request.
  func giveToken(to request: RequestID) {
    guard var answer = answers[request] else { return engine.drop(request) }
    answer.tokens += 1
    answers[request] = answer
    if answer.isStreamed { answer.responder.write(answer.stream.content(Self.token)) }
  }

  /// What every token says.
  private static let token = "token "

  /// Ends an answer.
  func complete(_ request: RequestID) {
    guard let answer = answers.removeValue(forKey: request) else { return }
    let usage = TokenUsage(promptTokens: answer.request.promptTokens, completionTokens: answer.tokens)
    if answer.isStreamed {
      answer.responder.write(answer.stream.content("", finishReason: "length") + answer.stream.closing(usage: usage))
      return answer.responder.finish()
    }
    let whole = ChatCompletionAnswer(
      id: answer.stream.id, model: answer.stream.model, created: 0,
      text: String(repeating: Self.token, count: answer.tokens), finishReason: "length", usage: usage)
    answer.responder.respond(200, body: whole.body.bytes)
  }

  /// Ends all answers with an error, in the order of their requests.
  func failAll(_ reason: String) {
    for request in answers.keys.sorted() {
      guard let answer = answers.removeValue(forKey: request) else { continue }
      engine.drop(request)
      if answer.isStreamed {
        answer.responder.write(ChatCompletionStream.failure(reason))
        answer.responder.finish()
      } else {
        answer.responder.respond(500, body: ChatCompletionError(message: reason, type: "server_error").body.bytes)
      }
    }
  }
}
