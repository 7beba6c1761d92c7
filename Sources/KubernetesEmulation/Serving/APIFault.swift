import WireProtocols

/// Something that goes wrong on purpose with a request.
public enum APIFault: Hashable, Sendable {
  /// A failure instead of an answer, as a `Status` object.
  case fails(code: Int, reason: String, message: String, retryAfterSeconds: Int?)
  /// The connection is closed without an answer.
  case closes
  /// The connection is closed in the middle of the answer, after so many bytes of its body.
  case cuts(afterBytes: Int)
  /// The request is seen to so much later.
  case delays(Duration)
  /// A watch ends after so many events.
  case endsWatch(afterEvents: Int)
  /// A watch says after so many events that its version is too old, and ends.
  case expiresWatch(afterEvents: Int)
  /// A watch sends its event of that number, counted from 1, twice.
  case repeatsEvent(Int)

  /// 429, with or without advice on when to try again.
  public static func tooManyRequests(retryAfterSeconds: Int? = nil) -> Self {
    .fails(
      code: 429, reason: "TooManyRequests", message: "Too many requests, please try again later.",
      retryAfterSeconds: retryAfterSeconds)
  }

  /// 500.
  public static let internalError = APIFault.fails(
    code: 500, reason: "InternalError", message: "Internal error occurred: injected", retryAfterSeconds: nil)

  /// 503.
  public static let unavailable = APIFault.fails(
    code: 503, reason: "ServiceUnavailable", message: "the server is currently unable to handle the request",
    retryAfterSeconds: nil)

  /// 401, as with credentials that have expired.
  public static let unauthorized = APIFault.fails(
    code: 401, reason: "Unauthorized", message: "Unauthorized", retryAfterSeconds: nil)

  /// 403, as without a right.
  public static let forbidden = APIFault.fails(
    code: 403, reason: "Forbidden", message: "forbidden: injected", retryAfterSeconds: nil)

  /// 409, as when somebody else was faster.
  public static let conflict = APIFault.fails(
    code: 409, reason: "Conflict",
    message: "Operation cannot be fulfilled: the object has been modified; please apply your changes to the latest "
      + "version and try again", retryAfterSeconds: nil)
}

/// What goes wrong with each request; it is asked once for every request, on the server's event loop.
public typealias FaultPlan = @Sendable (APIRequest) -> [APIFault]
