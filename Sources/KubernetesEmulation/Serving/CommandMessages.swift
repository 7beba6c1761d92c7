import WireProtocols

/// What a client is sent of a command in a pod: each message begins with the number of its channel.
///
/// - Source: the documentation of `v4.channel.k8s.io` and `v5.channel.k8s.io` in `k8s.io/apimachinery`.
struct CommandMessages {
  /// Whether the client wants the outputs.
  let stdout: Bool
  let stderr: Bool
  /// Whether both outputs are one, as on a terminal.
  let isTerminal: Bool

  private enum Channel: UInt8 {
    case stdout = 1
    case stderr = 2
    case status = 3
  }

  /// The most bytes of output in a message.
  private static let mostBytes = 32 * 1024

  /// All messages, the outcome last.
  func messages(of outcome: PodCommandOutcome) -> [[UInt8]] {
    // Servers begin with a message without content, so that a client knows at once that it is connected.
    var messages: [[UInt8]] = [[(stdout ? Channel.stdout : stderr ? .stderr : .status).rawValue]]
    if case .ended(let out, let error, _) = outcome {
      if stdout { messages += pieces(of: out, on: .stdout) }
      if isTerminal ? stdout : stderr { messages += pieces(of: error, on: isTerminal ? .stdout : .stderr) }
    }
    return messages + [[Channel.status.rawValue] + status(of: outcome).bytes]
  }

  private func pieces(of text: String, on channel: Channel) -> [[UInt8]] {
    let bytes = Array(text.utf8)
    return stride(from: 0, to: bytes.count, by: Self.mostBytes).map { start in
      [channel.rawValue] + bytes[start..<min(start + Self.mostBytes, bytes.count)]
    }
  }

  private func status(of outcome: PodCommandOutcome) -> JSON {
    switch outcome {
    case .ended(_, _, 0): ["metadata": .object([]), "status": "Success"]
    case .ended(_, _, let exitCode):
      [
        "metadata": .object([]), "status": "Failure",
        "message": .string("command terminated with non-zero exit code: exit status \(exitCode)"),
        "reason": "NonZeroExitCode",
        "details": ["causes": [["reason": "ExitCode", "message": .string("\(exitCode)")]]],
      ]
    case .failed(let reason):
      [
        "metadata": .object([]), "status": "Failure",
        "message": .string("Internal error occurred: error executing command in container: \(reason)"),
        "reason": "InternalError", "details": ["causes": [["message": .string(reason)]]], "code": 500,
      ]
    }
  }
}
