import Quantities

/// How a run of the load generator goes.
public struct LoadOptions: Sendable {
  /// How many times faster than its times say the load is sent; times of the run, not of the measurements.
  public var timeScale = 1.0
  /// The most requests open at once; more wait, which makes the load depend on the answers.
  public var maxInFlight: Int?
  /// How long an attempt of a request may take.
  public var requestTimeout: Duration?
  /// When everything that is still open is cancelled, from the start of the run.
  public var deadline: Duration?
  /// How often a request is tried again that was refused (connection, 429, 503) before any token came.
  public var retries = 0
  /// The pause before a request is tried again, unless the server names one.
  public var retryPause = Duration.milliseconds(100)
  /// How often the progress is reported.
  public var progressInterval = Duration.milliseconds(200)
  /// Asked often; the run is cancelled when it says so.
  public var isInterrupted: @Sendable () -> Bool = { false }

  /// The usual options.
  public init() {}
}

/// How far a run has come.
public struct LoadProgress: Hashable, Sendable {
  /// Requests sent and not answered.
  public var running = 0
  /// Requests answered as a whole.
  public var done = 0
  /// Requests that failed.
  public var failed = 0
  /// Requests known but not sent yet.
  public var waiting = 0
  /// Time since the start.
  public var elapsed = Duration.zero
  /// When the last request known is due, from the start.
  public var lastSend = Duration.zero
}

/// Why a load generator cannot run.
public enum LoadError: Error, Equatable {
  /// The operating system or libcurl refused something it usually grants.
  case systemRefused(what: String, reason: String)
  /// A request names a model that the target does not have.
  case unknownDeployment(request: Int, deployment: Int, count: Int)
  /// The options cannot be met.
  case badOption(name: String, value: String, allowed: String)
}

extension LoadError: CustomStringConvertible {
  /// One sentence: what happened, to which thing, and what is allowed.
  public var description: String {
    switch self {
    case .systemRefused(let what, let reason): "The system refused \(what): \(reason)."
    case .unknownDeployment(let request, let deployment, let count):
      "Request \(request) asks for model number \(deployment); there are \(count), numbered from 0."
    case .badOption(let name, let value, let allowed): "\(name) is \(value); allowed: \(allowed)."
    }
  }
}
