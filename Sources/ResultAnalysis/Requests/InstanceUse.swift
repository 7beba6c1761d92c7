/// What an instance held and when it served, as the published analysis knows it from logs; its cost follows.
///
/// - Source: the published artifact's result analysis (paper, Figure 13), in the same arithmetic.
public struct InstanceUse: Hashable, Sendable {
  /// How long its creation took, in seconds; 0 for a worker that left its pipeline.
  public var creationSeconds: Double
  /// The GPU memory of each stage, in GB.
  public var stagesGB: [Double]
  /// When each of its requests was given to it, in seconds.
  public var allocatedAt: [Double] = []
  /// When each of its requests ended, in seconds.
  public var endedAt: [Double] = []
  /// How long it took to consolidate, in seconds; 0 if it did not.
  public var consolidationSeconds = 0.0

  /// The time that an instance is held after its last answer, in seconds.
  private static let graceSeconds = 30.0

  /// An instance that has served nothing.
  ///
  /// - Precondition: it has at least one stage.
  public init(creationSeconds: Double, stagesGB: [Double]) {
    precondition(!stagesGB.isEmpty, "an instance has at least one stage")
    self.creationSeconds = creationSeconds
    self.stagesGB = stagesGB
  }

  /// The time that the instance was alive × the GPU memory that it held, in GB·s.
  ///
  /// Alive from the beginning of its creation to 30 s after its last answer. The whole memory counts for as long as the
  /// consolidation took, the first stage's for the rest: the published analysis counts that time from the beginning of
  /// the creation and so leaves the creation's length out of it.
  public var gigabyteSeconds: Double {
    let alive: Double
    if let first = allocatedAt.min(), let last = endedAt.max() {
      alive = last + Self.graceSeconds - (first - creationSeconds)
    } else {
      alive = Self.graceSeconds
    }
    let whole = stagesGB.reduce(0, +)
    guard consolidationSeconds > 1, consolidationSeconds < alive else { return whole * alive }
    return whole * consolidationSeconds + stagesGB[0] * (alive - consolidationSeconds)
  }
}
