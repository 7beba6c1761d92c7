/// Why a live cluster or its controller cannot do what it should.
public enum ClusterControlError: Error, Equatable {
  /// There are more machines than namespaces for them.
  case tooManyMachines(count: Int, allowed: Int)
  /// A network of machines could not be made.
  case networkRefused(what: String, reason: String)
  /// A storage server that runs does not answer.
  case silentStorage(name: String, address: String, seconds: Int)
  /// ServerlessLLM's head did not take a model.
  case notRegistered(model: String, reason: String)
  /// The system has no port for an engine.
  case noFreePort(reason: String)
}

extension ClusterControlError: CustomStringConvertible {
  /// One sentence: what happened, to which thing, and what to do next.
  public var description: String {
    switch self {
    case .tooManyMachines(let count, let allowed):
      "The testbed has \(count) machines; at most \(allowed) can have network namespaces, so use a smaller testbed, or leave "
        + "out --netns."
    case .networkRefused(let what, let reason):
      "The machines' network could not be made: \(what) was refused (\(reason)); run as root, or without --netns."
    case .silentStorage(let name, let address, let seconds):
      "The storage server \(name) at \(address) has not answered for \(seconds) s; look at its log, and whether pods can be "
        + "reached from here."
    case .notRegistered(let model, let reason):
      "ServerlessLLM's head did not register \(model) (\(reason)); its output is kept with the other pods' when it is deleted."
    case .noFreePort(let reason): "The system has no free port for an engine (\(reason)); end something that has one."
    }
  }
}
