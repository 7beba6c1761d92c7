import WireProtocols

/// Sorts what comes from a command in a pod: the first byte of each message says which channel it is on.
///
/// - Source: the documentation of `v4.channel.k8s.io` and `v5.channel.k8s.io` in `k8s.io/apimachinery`.
struct CommandChannels {
  /// How it turned out.
  enum Outcome: Hashable {
    /// The command has ended.
    case ended(PodCommandResult)
    /// The command could not be run, in the words of a `Status`.
    case failed(status: Int, reason: String, message: String)
  }

  private enum Channel: UInt8 {
    case stdout = 1
    case stderr = 2
    case status = 3
    /// The end of another channel, since v5.
    case close = 255
  }

  private var result = PodCommandResult(exitCode: 0)

  /// Takes a message; returns the outcome when it is the one that says it.
  ///
  /// - Throws: ``WebSocketViolation`` for a message that has no place in the protocol.
  mutating func take(_ message: [UInt8]) throws(WebSocketViolation) -> Outcome? {
    guard let number = message.first, let channel = Channel(rawValue: number) else {
      throw WebSocketViolation("a message is on \(message.first.map { "channel \($0)" } ?? "no channel")")
    }
    switch channel {
    case .stdout: keep(message.dropFirst(), in: \.stdout)
    case .stderr: keep(message.dropFirst(), in: \.stderr)
    case .status where message.count > 1: return try outcome(Array(message.dropFirst()))
    case .status, .close: break  // a server says on an empty message that it is there
    }
    return nil
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>, in output: WritableKeyPath<PodCommandResult, [UInt8]>) {
    let kept = bytes.prefix(PodCommandResult.mostBytes - result[keyPath: output].count)
    result[keyPath: output] += kept
    if kept.count < bytes.count { result.isCut = true }
  }

  private func outcome(_ text: [UInt8]) throws(WebSocketViolation) -> Outcome {
    guard let status = try? JSON(parsing: text), let word = status["status"]?.string else {
      throw WebSocketViolation("the outcome of the command is no `Status`")
    }
    guard word != "Success" else { return .ended(result) }
    guard status["reason"]?.string == "NonZeroExitCode" else {
      return .failed(
        status: status["code"]?.integer ?? 500, reason: status["reason"]?.string ?? "",
        message: status["message"]?.string ?? "")
    }
    let causes = status["details"]?["causes"]?.array ?? []
    guard let text = causes.first(where: { $0["reason"]?.string == "ExitCode" })?["message"]?.string,
      let code = Int32(text)
    else { throw WebSocketViolation("the outcome of the command has no exit code") }
    var result = result
    result.exitCode = code
    return .ended(result)
  }
}
