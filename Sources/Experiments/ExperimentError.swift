import YAMLReading

/// A caller's mistake: one sentence that names the bad value and what is allowed. Programs exit with 64 for it.
public struct UsageError: Error, Equatable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  /// A mistake, in one sentence.
  public init(_ description: String) {
    self.description = description
  }

  /// The mistake of naming something that does not exist: the value, what is allowed and the closest of it.
  public static func unknown(_ kind: String, _ value: String, allowed: [String]) -> UsageError {
    let list = allowed.joined(separator: ", ")
    guard let closest = value.closest(among: allowed) else {
      return UsageError("There is no \(kind) `\(value)`; allowed: \(list).")
    }
    return UsageError("There is no \(kind) `\(value)`, did you mean `\(closest)`? Allowed: \(list).")
  }
}

/// An experiment that could not be carried out, or whose results could not be kept. Programs exit with 1 for it.
public enum ExperimentError: Error, Equatable {
  /// A file or folder could not be read or written; the reason is the system's own.
  case file(path: String, action: String, reason: String)
  /// A file that should be one of ours is something else.
  case malformed(path: String, line: Int, expected: String)
  /// No server has been started for the setting in this results folder.
  case serverNotStarted(setting: String, command: String)
  /// The server that was started is for something else.
  case otherServerStarted(found: String, wanted: String, command: String)
  /// The nodes are labelled for the other kind of system.
  case wrongIsolation(system: String, node: String, label: String, command: String)
  /// A request of a measurement did not complete.
  case measurementFailed(model: String, reason: String)
  /// A measured request was answered by an instance that was already running.
  case measurementWasWarm(model: String)
  /// An instance had not ended when the longest time that a run may take was over.
  case instancesRemain(hours: Int)
  /// A figure has nothing to draw.
  case nothingToDraw(figure: String, command: String)
  /// A result came from elsewhere that was made of other inputs, or is not whole.
  case foreignResult(item: String)
  /// The storage servers cannot serve the GPU servers.
  case storage(reason: String)
}

extension ExperimentError: CustomStringConvertible {
  /// The sentence to print.
  public var description: String {
    switch self {
    case .file(let path, let action, let reason):
      "Could not \(action) \(path): \(reason)."
    case .malformed(let path, let line, let expected):
      "\(path):\(line) is not \(expected); delete the file and run the experiment again."
    case .serverNotStarted(let setting, let command):
      "No server has been started for \(setting); start it with `\(command)`."
    case .otherServerStarted(let found, let wanted, let command):
      "The server that was started is for \(found), not for \(wanted); start the right one with `\(command)`."
    case .wrongIsolation(let system, let node, let label, let command):
      "\(system) cannot start: node \(node) is labelled \(label); relabel the nodes with `\(command)`."
    case .measurementFailed(let model, let reason):
      "The measurement of \(model) failed: \(reason)"
    case .measurementWasWarm(let model):
      "A measurement of \(model) met a running instance, so it is no cold start; raise `coldstart.pause_s`."
    case .instancesRemain(let hours):
      "Instances were still there after \(hours) simulated hours; shorten `hardware.pod_deletion_s`."
    case .nothingToDraw(let figure, let command):
      "There is no result to draw \(figure) from; make one with `\(command)`."
    case .foreignResult(let item):
      "A result of \(item) was made of other inputs than these; use an image of the same version of this toolkit."
    case .storage(let reason):
      reason
    }
  }
}
