import NIOCore
import Quantities

/// The clock of a live control plane: time since its start, several times faster than real time if so wanted.
public struct LiveClock: Hashable, Sendable {
  /// How many times faster than reality time passes.
  public let timeScale: Double
  private let startedAt: NIODeadline

  /// A clock that starts now.
  public init(timeScale: Double) {
    self.timeScale = timeScale
    startedAt = .now()
  }

  /// The time by the clock.
  public var now: Timestamp {
    let real = (NIODeadline.now() - startedAt).nanoseconds
    return Timestamp(nanoseconds: Int64((Double(real) * timeScale).rounded()))
  }

  /// When a time of the clock comes, in real time.
  func deadline(of time: Timestamp) -> NIODeadline {
    startedAt + .nanoseconds(Int64((Double(time.nanoseconds) / timeScale).rounded(.up)))
  }

  /// What a span of the clock takes in real time.
  func real(_ span: Duration) -> TimeAmount {
    .nanoseconds(Int64((Double(span.inWholeNanoseconds) / timeScale).rounded()))
  }
}
