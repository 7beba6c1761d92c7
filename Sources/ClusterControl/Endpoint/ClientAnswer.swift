import HTTPServing
import WireProtocols

/// An answer on its way to a client, in the form that the client asked for.
///
/// It begins with the first token, so that a request that fails before gets a plain error. Any call may end in the news
/// that the client has gone, within the call; so it is a reference, and nobody holds on to what holds it meanwhile.
final class ClientAnswer {
  /// The forms of answers.
  enum Form {
    /// The published artifact's: text, then `#<completion tokens>`.
    case artifactStream
    /// The same without stream: a JSON string.
    case artifactWhole
    /// OpenAI's server-sent events.
    case chatStream(ChatCompletionStream)
    /// OpenAI's whole answer.
    case chatWhole(id: String, model: String, created: Int64)
  }

  private let form: Form
  private let responder: HTTPResponder
  private var hasBegun = false
  private var text = ""

  init(_ form: Form, to responder: HTTPResponder) {
    self.form = form
    self.responder = responder
  }

  func write(_ more: String) {
    switch form {
    case .artifactStream:
      begin("text/plain; charset=utf-8", [])
      responder.write(Array(more.utf8))
    case .chatStream(let stream):
      begin(ServerSentEvents.contentType, stream.opening())
      responder.write(stream.content(more))
    case .artifactWhole, .chatWhole: text += more
    }
  }

  private func begin(_ contentType: String, _ opening: [UInt8]) {
    guard !hasBegun else { return }
    hasBegun = true
    responder.begin(200, contentType: contentType)
    responder.write(opening)
  }

  /// Ends a complete answer.
  ///
  /// - Parameter reason: why it ended, as OpenAI's protocol names it.
  func finish(_ usage: TokenUsage, reason: String) {
    switch form {
    case .artifactStream:
      begin("text/plain; charset=utf-8", [])
      responder.write(Array("#\(usage.completionTokens)".utf8))
      responder.finish()
    case .artifactWhole: responder.respond(200, body: JSON.string(text).bytes)
    case .chatStream(let stream):
      begin(ServerSentEvents.contentType, stream.opening())
      responder.write(stream.content("", finishReason: reason) + stream.closing(usage: usage))
      responder.finish()
    case .chatWhole(let id, let model, let created):
      let message: JSON = ["role": "assistant", "content": .string(text)]
      let body: JSON = [
        "id": .string(id), "object": "chat.completion", "created": .integer(created), "model": .string(model),
        "choices": [["index": 0, "message": message, "finish_reason": .string(reason)]], "usage": usage.json,
      ]
      responder.respond(200, body: body.bytes)
    }
  }

  /// Ends with an error: a status if nothing was sent yet, an event inside OpenAI's stream, and else a connection that
  /// breaks off, since the artifact's form has no error.
  func fail(_ reason: String) {
    guard hasBegun else {
      let body = ChatCompletionError(message: reason, type: "server_error").body
      return responder.respond(503, headers: [("retry-after", "1")], body: body.bytes)
    }
    guard case .chatStream = form else { return responder.abort() }
    responder.write(ChatCompletionStream.failure(reason))
    responder.finish()
  }
}
