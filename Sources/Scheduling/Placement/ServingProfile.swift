import Quantities

/// What has been measured of a model while it was served by a single stage: running means that steer later placements.
public struct ServingProfile: Hashable, Sendable {
  /// How many requests have been measured; 0 means that the means say nothing yet.
  public var points: Int
  /// Mean time per output token, in milliseconds.
  public var timePerOutputTokenMilliseconds: Double
  /// Mean time of the prefill of a prompt, in milliseconds.
  public var prefillMilliseconds: Double

  /// A profile of `points` measured requests.
  public init(points: Int, timePerOutputTokenMilliseconds: Double, prefillMilliseconds: Double) {
    self.points = points
    self.timePerOutputTokenMilliseconds = timePerOutputTokenMilliseconds
    self.prefillMilliseconds = prefillMilliseconds
  }

  /// The profile of a model that has not served yet.
  public static let none = ServingProfile(points: 0, timePerOutputTokenMilliseconds: 0, prefillMilliseconds: 0)

  /// Takes in the prefill of one request.
  ///
  /// - Parameter pointsBefore: the weight of what was measured before.
  public mutating func notePrefill(_ prefill: Duration, pointsBefore: Int) {
    prefillMilliseconds = Self.mean(prefillMilliseconds, weighing: pointsBefore, with: prefill.inMilliseconds)
  }

  /// Takes in the rest of an answer; one of a single token counts as a point and has no time per output token.
  public mutating func noteAnswer(decode: Duration, tokens: Int, pointsBefore: Int) {
    if tokens > 1 {
      let time = decode.inMilliseconds / Double(tokens - 1)
      timePerOutputTokenMilliseconds = Self.mean(timePerOutputTokenMilliseconds, weighing: pointsBefore, with: time)
    }
    points += 1
  }

  private static func mean(_ old: Double, weighing points: Int, with new: Double) -> Double {
    (Double(points) * old + new) / Double(points + 1)
  }
}
