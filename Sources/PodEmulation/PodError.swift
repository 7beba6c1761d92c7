import Glibc

/// What goes wrong in a pod or with its process.
public enum PodError: Error, Equatable {
  /// The operating system refused something.
  case systemRefused(what: String, reason: String)
  /// Nobody knows the model.
  case unknownModel(String)
  /// A shard could not be fetched.
  case fetchFailed(model: String, reason: String)
  /// A shard arrived and is not what it must be.
  case corrupted(model: String, rank: Int)
  /// A storage agent answered something else than asked for, or nothing.
  case agentFailed(address: String, reason: String)

  /// The system refused something for the reason it has just given.
  static func refused(_ what: String) -> PodError {
    .systemRefused(what: what, reason: String(cString: strerror(errno)))
  }
}

extension PodError: CustomStringConvertible {
  /// One sentence: what happened, to which thing, and what to do next.
  public var description: String {
    switch self {
    case .systemRefused(let what, let reason): "The system refused \(what): \(reason)."
    case .unknownModel(let model): "There is no model \(model); add it to the configuration's models."
    case .fetchFailed(let model, let reason): "The weights of \(model) could not be fetched: \(reason)."
    case .corrupted(let model, let rank):
      "The weights of stage \(rank) of \(model) arrived with a wrong checksum; fetch them again."
    case .agentFailed(let address, let reason): "The storage agent at \(address) failed: \(reason)."
    }
  }
}
