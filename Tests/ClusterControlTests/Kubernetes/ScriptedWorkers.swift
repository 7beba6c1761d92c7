import HTTPServing
import NIOPosix
import WireProtocols

/// Workers of all pods behind one socket: what comes before the worker's paths is the address of the pod.
///
/// They load nothing and answer at once, as many words as were asked for.
struct ScriptedWorkers {
  let server: HTTPServer

  static func start() async throws -> ScriptedWorkers {
    ScriptedWorkers(
      server: try await HTTPServer.start(port: 0, on: MultiThreadedEventLoopGroup.singleton.next()) {
        request, responder in
        guard request.path.hasSuffix(ChatCompletionRequest.path) else {
          return responder.respond(200, body: Array("{}".utf8))
        }
        answer(request, responder)
      })
  }

  private static func answer(_ request: HTTPRequest, _ responder: HTTPResponder) {
    guard let body = try? JSON(parsing: request.body), let chat = try? ChatCompletionRequest(body: body) else {
      return responder.respond(400, body: [])
    }
    let stream = ChatCompletionStream(id: "x", model: chat.model, created: 0, includesUsage: true)
    let count = chat.maxTokens ?? 1
    responder.begin(200, contentType: ServerSentEvents.contentType)
    for _ in 0..<count { responder.write(stream.content("word ")) }
    responder.finish(last: stream.closing(usage: TokenUsage(promptTokens: 3, completionTokens: count)))
  }

  func stop() async {
    _ = await server.drain(patience: .zero)
  }
}
