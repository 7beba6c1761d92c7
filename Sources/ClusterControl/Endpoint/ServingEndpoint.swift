import HTTPServing
import NIOCore
import Quantities
import ServingModel
import WireProtocols

/// The endpoint that clients talk to: the published artifact's form and OpenAI's, and what operators look at.
final class ServingEndpoint {
  private let driver: ControlPlaneDriver
  private let apiKey: String?
  private let created: Int64
  private let numbers: [String: DeploymentIndex]

  /// The longest prompt, in words, which is about what tokenisers make tokens of: the engines take 3,072 tokens.
  static let longestPrompt = 3071

  /// - Parameters:
  ///   - apiKey: what clients must send as a bearer token; `nil` for a server that asks for none.
  ///   - created: the moment that answers name, in seconds since 1970.
  init(driver: ControlPlaneDriver, apiKey: String?, created: Int64) {
    self.driver = driver
    self.apiKey = apiKey
    self.created = created
    numbers = Dictionary(
      driver.deployments.enumerated().map { ($1.name.description, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func answer(_ request: HTTPRequest, _ responder: HTTPResponder) {
    guard request.path == "/healthz" || isAllowed(request) else {
      return refuse(responder, 401, "The request has no valid key; send `Authorization: Bearer <key>`.")
    }
    switch (request.method, request.path) {
    case ("GET", "/healthz"):
      let body: JSON = [
        "status": "ok", "time_ns": .integer(driver.clock.now.nanoseconds),
        "pods": .integer(Int64(driver.metrics.podCount)),
      ]
      responder.respond(200, body: body.bytes)
    case ("GET", "/metrics"):
      responder.respond(200, contentType: PrometheusText.contentType, body: Array(driver.metrics.text.utf8))
    case ("GET", "/v1/models"): responder.respond(200, body: models.bytes)
    case ("POST", ArtifactRequest.path), ("POST", ChatCompletionRequest.path): serve(request, responder)
    case (_, "/healthz"), (_, "/metrics"), (_, "/v1/models"):
      refuse(responder, 405, "\(request.path) takes GET, not \(request.method).")
    case (_, ArtifactRequest.path), (_, ChatCompletionRequest.path):
      refuse(responder, 405, "\(request.path) takes POST, not \(request.method).")
    default:
      refuse(
        responder, 404,
        "There is no \(request.path); allowed: /, /v1/chat/completions, /v1/models, /healthz, /metrics.")
    }
  }

  private func isAllowed(_ request: HTTPRequest) -> Bool {
    guard let apiKey else { return true }
    let given = Array((request.header("authorization") ?? "").utf8)
    let wanted = Array("Bearer \(apiKey)".utf8)
    guard given.count == wanted.count else { return false }
    return zip(given, wanted).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0  // takes as long wherever they differ
  }

  private var models: JSON {
    let entries = driver.deployments.map { deployment -> JSON in
      [
        "id": .string(deployment.name.description), "object": "model", "created": .integer(created),
        "owned_by": "hydraserve-repro",
      ]
    }
    return ["object": "list", "data": .array(entries)]
  }

  private func serve(_ request: HTTPRequest, _ responder: HTTPResponder) {
    do {
      let body = try JSON(parsing: request.body)
      if request.path == ArtifactRequest.path {
        take(try ArtifactRequest(body: body), responder)
      } else {
        take(try ChatCompletionRequest(body: body), responder)
      }
    } catch {
      refuse(responder, 400, "\(error)")
    }
  }

  private func take(_ request: ArtifactRequest, _ responder: HTTPResponder) {
    let form = request.isStreamed ? ClientAnswer.Form.artifactStream : .artifactWhole
    take(
      model: request.model, [.init(role: "user", content: request.prompt)], maxTokens: nil, ignoresEnd: false, responder
    ) { _ in form }
  }

  private func take(_ request: ChatCompletionRequest, _ responder: HTTPResponder) {
    let created = created
    take(
      model: request.model, request.messages, maxTokens: request.maxTokens, ignoresEnd: request.ignoresEnd, responder
    ) { id in
      guard request.isStreamed else {
        return .chatWhole(id: ChatCompletionStream.id(of: id), model: request.model, created: created)
      }
      return .chatStream(
        ChatCompletionStream(
          id: ChatCompletionStream.id(of: id), model: request.model, created: created,
          includesUsage: request.includesUsage))
    }
  }

  private func take(
    model: String, _ messages: [ChatCompletionRequest.Message], maxTokens: Int?, ignoresEnd: Bool,
    _ responder: HTTPResponder, form: (RequestID) -> ClientAnswer.Form
  ) {
    guard let deployment = numbers[model] else {
      return refuse(responder, 404, "There is no model `\(model.prefix(100))`; GET /v1/models lists those there are.")
    }
    let words = messages.reduce(0) { $0 + $1.content.split(separator: " ").count }
    guard words <= Self.longestPrompt else {
      return refuse(responder, 400, "The prompt has \(words) words; at most \(Self.longestPrompt) are allowed.")
    }
    let id = driver.take { id, now in
      LiveRequest(
        id: id, deployment: deployment, messages: messages, maxTokens: maxTokens, ignoresEnd: ignoresEnd,
        arrivedAt: now, answer: ClientAnswer(form(id), to: responder))
    }
    let driver = NIOLoopBound(driver, eventLoop: driver.eventLoop)
    responder.whenGone { driver.value.clientLeft(id) }
  }

  private func refuse(_ responder: HTTPResponder, _ status: Int, _ sentence: String) {
    let type = status == 401 ? "authentication_error" : status == 404 ? "not_found_error" : "invalid_request_error"
    responder.respond(status, body: ChatCompletionError(message: sentence, type: type).body.bytes)
  }
}
