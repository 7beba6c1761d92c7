import CCurl
import Quantities
import ServingModel
import WireProtocols

/// One attempt of a request: its libcurl handle and what has come back so far.
final class Transfer {
  let handle: UnsafeMutableRawPointer
  /// Where it is in the list of open transfers.
  var slot = 0
  var measurement: RequestMeasurement
  /// Whether a chunk with content came in this attempt.
  private(set) var hasContent = false
  private let interface: LoadTarget.Interface
  private let startedAt: Int64
  private var status = 0
  private var events = ServerSentEventParser()
  private var answer = ArtifactAnswerParser()
  private var isDone = false
  private var streamError: (label: String, message: String)?
  private var errorBody: [UInt8] = []

  /// How much of an error's body is kept as a sample.
  private static let longestSample = 500

  init(
    handle: UnsafeMutableRawPointer, interface: LoadTarget.Interface, measurement: RequestMeasurement, startedAt: Int64
  ) {
    self.handle = handle
    self.interface = interface
    self.measurement = measurement
    self.startedAt = startedAt
  }

  /// Bytes have come at `now`, a reading of the monotonic clock.
  func received(_ bytes: UnsafeRawBufferPointer, at now: Int64) {
    if status == 0 {
      var code = 0
      hydra_easy_get_long(handle, CURLINFO_RESPONSE_CODE, &code)
      status = code
    }
    guard status == 200 else {
      errorBody += bytes.prefix(Self.longestSample - errorBody.count)
      return
    }
    switch interface {
    case .artifact: if answer.feed(bytes) { content(at: now) }
    case .openAI:
      do throws(WireError) {
        try events.feed(bytes) { data, _ in event(data, at: now) }
      } catch {
        fail("stream - malformed", error.description)
      }
    }
  }

  private func event(_ data: UnsafeRawBufferPointer, at now: Int64) {
    if data.elementsEqual("[DONE]".utf8) {
      isDone = true
      return
    }
    do throws(WireError) {
      let chunk = try ChatCompletionChunk(data)
      if measurement.answerID == nil { measurement.answerID = chunk.id }
      if let error = chunk.error { fail("stream - error", error) }
      if let usage = chunk.usage { measurement.usage = usage }
      if !chunk.content.isEmpty { content(at: now, age: chunk.firstTokenAge ?? 0) }
    } catch {
      fail("stream - malformed", error.description)
    }
  }

  /// - Parameter age: how long ago the first token of the content was made, in seconds.
  private func content(at now: Int64, age: Double = 0) {
    hasContent = true
    let firstTokenAt = now - Int64((age * 1e9).rounded())
    measurement.chunkTimes.append(Timestamp(nanoseconds: firstTokenAt - startedAt))
    measurement.lastTokenAt = Timestamp(nanoseconds: now - startedAt)
  }

  private func fail(_ label: String, _ message: String) {
    if streamError == nil { streamError = (label, message) }
  }

  /// Whether the server refused the attempt in a way that another may mend.
  private(set) var isRefused = false

  /// The attempt has ended as libcurl says.
  func ended(_ result: CURLcode, at now: Int64) {
    measurement.finishedAt = Timestamp(nanoseconds: now - startedAt)
    if status == 0 {
      var code = 0
      hydra_easy_get_long(handle, CURLINFO_RESPONSE_CODE, &code)
      status = code
    }
    if let failure = failure(result) {
      measurement.errorLabel = failure.label
      measurement.outcome = .failed(failure.message)
    } else {
      measurement.errorLabel = nil
      measurement.outcome = .completed
    }
  }

  private func failure(_ result: CURLcode) -> (label: String, message: String)? {
    if let streamError { return streamError }
    if status != 0, status != 200 {
      isRefused = status == 429 || status == 503
      let sample = String(decoding: errorBody, as: UTF8.self)
      return (HTTPStatusText.label(status), sample.isEmpty ? "The server answered \(status)." : sample)
    }
    guard result == CURLE_OK else {
      isRefused = result == CURLE_COULDNT_CONNECT
      let reason = String(cString: curl_easy_strerror(result))
      return (result == CURLE_OPERATION_TIMEDOUT ? "timeout" : "connection - \(reason)", "\(reason).")
    }
    switch interface {
    case .openAI:
      guard isDone else { return ("stream - closed early", "The stream ended without [DONE].") }
    case .artifact:
      guard let tokens = answer.completionTokens else {
        return ("stream - closed early", "The answer ended without its token count.")
      }
      measurement.usage = TokenUsage(promptTokens: measurement.request.promptTokens, completionTokens: tokens)
    }
    guard hasContent else { return ("stream - empty", "The answer has no content.") }
    return nil
  }
}

/// What status codes mean, in words.
enum HTTPStatusText {
  /// The label under which answers of a status are grouped, for example `504 - Gateway Timeout`.
  static func label(_ status: Int) -> String {
    names[status].map { "\(status) - \($0)" } ?? "\(status)"
  }

  private static let names = [
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    408: "Request Timeout", 413: "Payload Too Large", 422: "Unprocessable Content", 429: "Too Many Requests",
    431: "Request Header Fields Too Large", 500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout",
  ]
}
