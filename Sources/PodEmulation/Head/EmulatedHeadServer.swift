import HTTPServing
import NIOCore
import NIOPosix
import ServingModel
import WireProtocols

/// An emulated head with its API: what the published image's `sllm-serve` serves, as far as the published clients use it.
///
/// An answer's `created` is not a date. The published image is patched so that clients compute the TTFT from it, as the
/// time of the answer minus `created` minus the time of the request; it is the time from the first token to the end of the
/// answer, in seconds of the client's wall clock, with fractions. Where everything goes faster by a time scale, a client
/// multiplies the TTFT by it.
public final class EmulatedHeadServer: Sendable {
  /// The port of the API.
  public var port: Int { server.port }
  private let server: HTTPServer
  let head: NIOLoopBound<EmulatedHead>

  private init(server: HTTPServer, head: NIOLoopBound<EmulatedHead>) {
    self.server = server
    self.head = head
  }

  /// Starts the head, whose time begins now, and listens.
  ///
  /// - Throws: ``PodError/systemRefused(what:reason:)`` when the address cannot be used.
  public static func start(
    _ settings: EmulatedHeadSettings, address: String = "127.0.0.1", port: Int, on eventLoop: any EventLoop
  ) async throws(PodError) -> EmulatedHeadServer {
    try await start(settings, address: address, port: port, on: eventLoop) {
      .live(timeScale: settings.timeScale, on: eventLoop)
    }
  }

  /// The same with a clock of the caller's own, made on the event loop.
  static func start(
    _ settings: EmulatedHeadSettings, address: String = "127.0.0.1", port: Int, on eventLoop: any EventLoop,
    clock: @escaping @Sendable () -> HeadClock
  ) async throws(PodError) -> EmulatedHeadServer {
    do {
      let head = try await eventLoop.submit {
        NIOLoopBound(EmulatedHead(settings: settings, clock: clock()), eventLoop: eventLoop)
      }.get()
      let server = try await HTTPServer.start(address: address, port: port, on: eventLoop) { request, responder in
        answer(request, responder, head)
      }
      return EmulatedHeadServer(server: server, head: head)
    } catch {
      throw .systemRefused(what: "listening on \(address):\(port)", reason: "\(error)")
    }
  }

  /// Stops to serve.
  public func stop() async {
    let head = head
    server.eventLoop.execute { head.value.stop() }
    _ = await server.drain(patience: .zero)
  }

  private static let health = "/health"

  private static func answer(
    _ request: HTTPRequest, _ responder: HTTPResponder, _ head: NIOLoopBound<EmulatedHead>
  ) {
    let method = request.path == health ? "GET" : "POST"
    let paths = [ServerlessLLMRegistration.path, ChatCompletionRequest.path, health]
    guard paths.contains(request.path) else {
      return refuse(responder, 404, "There is no \(request.path); allowed: \(paths.joined(separator: ", ")).")
    }
    guard request.method == method else {
      return refuse(responder, 405, "Only \(method) is allowed at \(request.path).")
    }
    guard request.path != health else { return responder.respond(200, body: []) }
    do {
      let body = try JSON(parsing: request.body)
      if request.path == ServerlessLLMRegistration.path {
        try head.value.register(try ServerlessLLMRegistration(body: body))
        responder.respond(200, body: ServerlessLLMRegistration.answer.bytes)
      } else {
        try complete(try ChatCompletionRequest(body: body), responder, head)
      }
    } catch let error as HeadRefusal {
      refuse(responder, error.status, error.description)
    } catch {
      refuse(responder, 400, "\(error)")
    }
  }

  private static func complete(
    _ request: ChatCompletionRequest, _ responder: HTTPResponder, _ head: NIOLoopBound<EmulatedHead>
  ) throws {
    let number = try head.value.complete(request) { record in
      if case .failed(let reason) = record.outcome {
        return responder.respond(500, body: ChatCompletionError(message: reason, type: "server_error").body.bytes)
      }
      let tokens = record.request.outputTokens
      let answer = ChatCompletionAnswer(
        id: ChatCompletionStream.id(of: record.request.id), model: request.model,
        created: head.value.realSecondsAfterFirstToken(record), text: String(repeating: "token ", count: tokens),
        finishReason: "length",
        usage: TokenUsage(promptTokens: record.request.promptTokens, completionTokens: tokens))
      responder.respond(200, body: answer.body.bytes)
    }
    responder.whenGone { head.value.leave(number) }
  }

  private static func refuse(_ responder: HTTPResponder, _ status: Int, _ sentence: String) {
    responder.respond(status, body: ChatCompletionError(message: sentence).body.bytes)
  }
}
