import NIOCore

/// Reads an answer that is worth nothing until it is complete.
final class WholeAnswer {
  /// What became of the call.
  enum Outcome: Sendable {
    /// The answer, whatever its status.
    case answered(status: Int, body: [UInt8])
    /// Nobody listens there.
    case refused
    /// The connection ended before the answer, or the answer is too long.
    case broken(reason: String)
  }

  private let give: (Outcome) -> Void
  private var status = 0
  private var body: [UInt8] = []
  private var isTooLong = false

  /// - Parameter give: called once.
  init(give: @escaping (Outcome) -> Void) {
    self.give = give
  }

  func take(_ news: WorkerCall.News) {
    switch news {
    case .status(let code): status = code
    case .bytes(let bytes):
      guard body.count + bytes.readableBytes <= ClientAnswer.mostBytes else { return isTooLong = true }
      body += bytes.readableBytesView
    case .ended where isTooLong: give(.broken(reason: "its answer has more than \(ClientAnswer.mostBytes) bytes"))
    case .ended: give(.answered(status: status, body: body))
    case .refused: give(.refused)
    case .broken(let reason): give(.broken(reason: reason))
    }
  }
}
