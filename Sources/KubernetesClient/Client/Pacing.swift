import Synchronization

/// Time and chance as the client sees them, so that tests pass hours in no time.
public struct Pacing: Sendable {
  /// Time since some moment; it never goes back.
  public var now: @Sendable () -> Duration
  /// Waits.
  public var sleep: @Sendable (Duration) async throws -> Void
  /// A number from 0 up to and without 1.
  public var random: @Sendable () -> Double

  /// A clock and a source of chance.
  public init(
    now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async throws -> Void,
    random: @escaping @Sendable () -> Double
  ) {
    self.now = now
    self.sleep = sleep
    self.random = random
  }

  /// Real time; chance only spreads retries, so no seed matters.
  public static var live: Pacing {
    let start = ContinuousClock.now
    return Pacing(
      now: { ContinuousClock.now - start }, sleep: { try await Task.sleep(for: $0) },
      random: { Double.random(in: 0..<1) })
  }
}

/// Pauses that double, so that many clients do not crush a server that is in trouble.
///
/// - Source: the reflector of Kubernetes' Go client: 0.8 s doubling to 30 s, up to as much again by chance, from the
///   start after two minutes of calm.
public struct BackOff: Hashable, Sendable {
  /// The first pause, without what chance adds.
  public static let first = Duration.milliseconds(800)
  /// The longest pause, without what chance adds.
  public static let longest = Duration.seconds(30)
  /// After so long without trouble the pauses begin anew.
  public static let calm = Duration.seconds(120)

  private var next = Self.first
  private var lastAsked: Duration?

  /// Before the first pause.
  public init() {}

  /// The next pause.
  ///
  /// - Parameters:
  ///   - now: the time by the clock that all calls use.
  ///   - random: from 0 up to 1; 0 gives the pause itself, nearly 1 twice as much.
  public mutating func pause(now: Duration, random: Double) -> Duration {
    if let lastAsked, now - lastAsked > Self.calm { next = Self.first }
    let pause = next
    next = min(next * 2, Self.longest)
    lastAsked = now
    return pause + pause * random
  }
}
