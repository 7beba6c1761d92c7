import HTTPServing
import WireProtocols

/// The way back to the client of one request, with what is to go wrong on it.
struct APIAnswer {
  let responder: HTTPResponder
  let faults: [APIFault]
  /// What the client is told besides the answer.
  var warnings: [String] = []

  init(responder: HTTPResponder, faults: [APIFault]) {
    self.responder = responder
    self.faults = faults
  }

  /// Sends an object.
  func send(_ code: Int, _ json: JSON) {
    send(code, json.bytes)
  }

  /// Sends a body.
  func send(
    _ code: Int, _ body: [UInt8], contentType: String = "application/json", headers: [(String, String)] = []
  ) {
    let headers = headers + warnings.map { ("warning", "299 - \(JSON.string($0).text)") }
    for case .cuts(let count) in faults {
      responder.begin(code, contentType: contentType, headers: headers)
      responder.write(Array(body.prefix(count)))
      return responder.abort()
    }
    responder.respond(code, contentType: contentType, headers: headers, body: body)
  }

  /// Sends a failure.
  func send(_ status: APIStatus) {
    let headers = status.retryAfterSeconds.map { [("retry-after", "\($0)")] } ?? []
    send(status.code, status.json.bytes, headers: headers)
  }
}
