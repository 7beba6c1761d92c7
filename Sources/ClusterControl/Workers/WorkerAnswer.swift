import NIOCore
import WireProtocols

/// Reads the stream of a worker's answer.
final class WorkerAnswer {
  /// What the stream says. Nothing follows anything but text.
  enum Item {
    case text(String)
    /// The answer is complete, with the tokens it had and why it ended.
    case finished(TokenUsage, reason: String)
    /// The worker took no notice of the request but to answer with an error.
    case refused(String)
    /// The stream ended with an error.
    case failed(String)
    /// The connection ended in the middle.
    case broken(String)
  }

  private let give: (Item) -> Void
  private var status = 0
  private var parser = ServerSentEventParser()
  private var problem: [UInt8] = []
  private var usage: TokenUsage?
  private var chunks = 0
  private var finishReason = "length"
  private var isDone = false
  private var hasFailed = false

  /// How much of an error's body is kept.
  private static let longestProblem = 300

  init(give: @escaping (Item) -> Void) {
    self.give = give
  }

  func take(_ news: WorkerCall.News) {
    guard !hasFailed else { return }
    switch news {
    case .status(let code): status = code
    case .bytes(let bytes): read(bytes)
    case .ended where status != 200:
      give(.refused("status \(status), \(String(decoding: problem, as: UTF8.self))"))
    case .ended where isDone:
      // An engine that does not count its tokens sends one in each chunk, as far as anyone can tell.
      give(.finished(usage ?? TokenUsage(promptTokens: 0, completionTokens: chunks), reason: finishReason))
    case .ended: give(.broken("its stream ended before [DONE]"))
    case .refused: give(.broken("it does not listen"))
    case .broken(let reason): give(.broken(reason))
    }
  }

  private func fail(_ reason: String) {
    hasFailed = true
    give(.failed(reason))
  }

  private func read(_ bytes: ByteBuffer) {
    guard status == 200 else {
      problem += bytes.readableBytesView.prefix(Self.longestProblem - problem.count)
      return
    }
    do {
      try bytes.withUnsafeReadableBytes { raw in
        try parser.feed(raw) { data, _ in read(data) }
      }
    } catch {
      fail("\(error)")
    }
  }

  private func read(_ event: UnsafeRawBufferPointer) {
    guard !hasFailed else { return }
    if event.elementsEqual("[DONE]".utf8) {
      isDone = true
      return
    }
    do {
      let chunk = try ChatCompletionChunk(event)
      if let error = chunk.error { return fail(error) }
      if let usage = chunk.usage { self.usage = usage }
      if let reason = chunk.finishReason { finishReason = reason }
      guard !chunk.content.isEmpty else { return }
      chunks += 1
      give(.text(chunk.content))
    } catch {
      fail("\(error)")
    }
  }
}
