/// What a policy's program can do wrong.
enum PolicyFailure: Error, Hashable {
  /// It could not be started, or talked to; the reason is the system's own.
  case system(reason: String)
  /// It did not answer in time.
  case late(seconds: Double)
  /// It ended, with a status or by a signal.
  case ended(how: String)
  /// It wrote a line that is too long.
  case tooLong(limit: Int)
  /// It wrote more than one line for an event.
  case unasked
  /// It wrote something that is no answer.
  case nonsense(reason: String)
  /// It commanded something that cannot be done.
  case impossible(command: String, reason: String)
}

extension PolicyFailure: CustomStringConvertible {
  /// What it did, to follow its name.
  var description: String {
    switch self {
    case .system(let reason): "could not be run: \(reason)."
    case .late(let seconds):
      "did not answer within \(seconds) s; give it more with `timeout_s` in the configuration, or have it flush its "
        + "output after each line."
    case .ended(let how): "ended (\(how)) before it had answered; its own words are above."
    case .tooLong(let limit): "wrote a line of more than \(limit) bytes; an answer is one line of at most that."
    case .unasked: "wrote more than one line in answer to one event; it must write exactly one for each."
    case .nonsense(let reason): "wrote something that is no answer: \(reason)"
    case .impossible(let command, let reason): "commanded `\(command)`, which cannot be done: \(reason)"
    }
  }
}
