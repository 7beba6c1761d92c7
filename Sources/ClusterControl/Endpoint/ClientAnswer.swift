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

  /// The most bytes of an answer that is sent whole, and so kept until its end.
  static let mostBytes = 4 * 1024 * 1024

  /// Takes more text in.
  ///
  /// - Parameter age: how long ago the first of its tokens was made, in real seconds; 0 for text that comes as it is made.
  ///   OpenAI's stream passes it on, the other forms have no place for it.
  /// - Returns: whether there was room for it; a stream has room as long as its client reads.
  func write(_ more: String, age: Double = 0) -> Bool {
    switch form {
    case .artifactStream, .chatStream:
      let piece = piece(more, age: age)
      if hasBegun { responder.write(piece) } else { begin(with: piece) }
    case .artifactWhole, .chatWhole:
      guard text.utf8.count + more.utf8.count <= Self.mostBytes else { return false }
      text += more
    }
    return true
  }

  /// Text in the form of a stream.
  private func piece(_ text: String, age: Double) -> [UInt8] {
    guard case .chatStream(let stream) = form else { return Array(text.utf8) }
    return age > 0 ? stream.content(text, firstTokenAge: age) : stream.content(text)
  }

  private func begin(with piece: [UInt8] = []) {
    guard !hasBegun else { return }
    hasBegun = true
    if case .chatStream(let stream) = form {
      responder.begin(200, contentType: ServerSentEvents.contentType, first: stream.opening() + piece)
    } else {
      responder.begin(200, contentType: "text/plain; charset=utf-8", first: piece)
    }
  }

  /// Ends a complete answer.
  ///
  /// - Parameter reason: why it ended, as OpenAI's protocol names it.
  func finish(_ usage: TokenUsage, reason: String) {
    switch form {
    case .artifactStream:
      begin()
      responder.finish(last: Array("#\(usage.completionTokens)".utf8))
    case .artifactWhole: responder.respond(200, body: JSON.string(text).bytes)
    case .chatStream(let stream):
      begin()
      responder.finish(last: stream.content("", finishReason: reason) + stream.closing(usage: usage))
    case .chatWhole(let id, let model, let created):
      let answer = ChatCompletionAnswer(
        id: id, model: model, created: Double(created), text: text, finishReason: reason, usage: usage)
      responder.respond(200, body: answer.body.bytes)
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
