import ResultAnalysis

/// What a parameter does to attainment.
public struct SensitivityRow: Hashable, Sendable {
  /// What one value of it does.
  public struct Effect: Hashable, Sendable {
    /// The value, with its unit.
    public let value: String
    /// The change of attainment in points, from seed to seed: each against the unchanged scenario with the same seed.
    public let points: SeedStatistics

    /// Whether the 95 % interval leaves out 0; `false` for one seed, which has none.
    public var isClear: Bool {
      points.interval95.map { abs(points.mean) > $0 } ?? false
    }
  }

  /// The name that programs use.
  public let name: String
  /// The name that people read.
  public let label: String
  /// What it is about.
  public let kind: SensitivityParameter.Kind
  /// The unchanged value, with its unit.
  public let value: String
  /// The lowered parameter; `nil` where it cannot be lowered.
  public let low: Effect?
  /// The raised parameter; `nil` where it cannot be raised.
  public let high: Effect?

  /// What a parameter does.
  public init(
    name: String, label: String, kind: SensitivityParameter.Kind, value: String, low: Effect?, high: Effect?
  ) {
    self.name = name
    self.label = label
    self.kind = kind
    self.value = value
    self.low = low
    self.high = high
  }

  /// The larger of both changes, whatever its direction, in points.
  public var size: Double {
    [low, high].compactMap { $0 }.map { abs($0.points.mean) }.max() ?? 0
  }

  /// Rows by their size, the largest first; of equal ones the earlier.
  public static func ranked(_ rows: [SensitivityRow]) -> [SensitivityRow] {
    rows.enumerated().sorted { ($1.element.size, $0.offset) < ($0.element.size, $1.offset) }.map(\.element)
  }
}

extension SensitivityRow.Effect {
  /// The effect of a value: attainments of the same seeds with it and without.
  ///
  /// - Precondition: there are as many of both, and at least one.
  public init(value: String, attainments: [Double], base: [Double]) {
    precondition(attainments.count == base.count, "one attainment of each seed")
    guard let points = SeedStatistics(zip(attainments, base).map { $0 - $1 }) else {
      preconditionFailure("there is a seed")
    }
    self.init(value: value, points: points)
  }
}
