/// What several seeds of one setting say together.
///
/// Each seed is one independent run; the interval is where the mean over all seeds is to be expected, not where a
/// single run falls.
public struct SeedStatistics: Hashable, Sendable {
  /// How many seeds there are, at least one.
  public let count: Int
  /// The mean over the seeds.
  public let mean: Double
  /// The sample standard deviation (divided by n − 1); `nil` for one seed, which says nothing about spread.
  public let standardDeviation: Double?
  /// The 95 % interval of the mean reaches this far to both sides: t(0.975, n − 1) · s / √n; `nil` for one seed.
  public let interval95: Double?

  /// The statistics of one value per seed; `nil` without a value.
  public init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    count = values.count
    self.mean = mean
    guard values.count > 1 else {
      standardDeviation = nil
      interval95 = nil
      return
    }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(values.count - 1)).squareRoot()
    standardDeviation = deviation
    interval95 = studentT975(degreesOfFreedom: count - 1) * deviation / Double(count).squareRoot()
  }
}

/// The 97.5 % quantile of Student's t distribution: half of a two-sided 95 % interval, in standard errors.
///
/// A table up to 30 degrees of freedom; beyond, the expansion around the normal quantile, which is there within 10⁻⁷.
///
/// - Precondition: there is at least one degree of freedom.
/// - Source: Abramowitz and Stegun, table 26.10 (with more digits) and formula 26.7.5.
public func studentT975(degreesOfFreedom: Int) -> Double {
  precondition(degreesOfFreedom > 0, "an interval takes two values")
  let table = [
    12.706204736, 4.30265273, 3.182446305, 2.776445105, 2.570581836, 2.446911851, 2.364624252, 2.306004135,
    2.262157163, 2.228138852, 2.20098516, 2.17881283, 2.160368656, 2.144786688, 2.131449546, 2.119905299,
    2.109815578, 2.10092204, 2.093024054, 2.085963447, 2.079613845, 2.073873068, 2.06865761, 2.063898562,
    2.059538553, 2.055529439, 2.051830516, 2.048407142, 2.045229642, 2.042272456,
  ]
  guard degreesOfFreedom > table.count else { return table[degreesOfFreedom - 1] }
  let z = 1.959963984540054
  let square = z * z
  let inverse = 1 / Double(degreesOfFreedom)
  let first = z * (square + 1) / 4
  let second = z * ((5 * square + 16) * square + 3) / 96
  let third = z * (((3 * square + 19) * square + 17) * square - 15) / 384
  let fourth = z * ((((79 * square + 776) * square + 1482) * square - 1920) * square - 945) / 92160
  return z + inverse * (first + inverse * (second + inverse * (third + inverse * fourth)))
}
