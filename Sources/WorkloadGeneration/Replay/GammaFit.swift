#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The gamma law that makes some gaps likeliest, its location being 0.
public struct GammaFit: Hashable, Sendable {
  /// The shape, 1/cv².
  public let shape: Double
  /// The scale: mean / shape.
  public let scale: Double

  /// Fits gaps by maximum likelihood.
  ///
  /// The scale of the likeliest law is mean / shape, and its shape solves ln k - ψ(k) = ln mean - mean ln. The left
  /// side falls from infinity to 0, so there is one solution, and none for equal gaps, whose right side is 0.
  ///
  /// - Returns: `nil` when there is no gap, a gap is not positive, or all gaps are equal within rounding.
  public init?(gaps: [Double]) {
    guard !gaps.isEmpty, gaps.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    let count = Double(gaps.count)
    let mean = gaps.reduce(0, +) / count
    // The logarithms of the gaps over their mean are small where the gaps are nearly equal, and so keep their digits.
    let spread = -gaps.reduce(0) { $0 + log($1 / mean) } / count
    guard mean > 0, spread > 0, spread.isFinite, let shape = Self.shape(spread: spread) else { return nil }
    self.shape = shape
    scale = mean / shape
  }

  /// Solves ln k - ψ(k) = spread by Newton's method on ln k, from an approximation that is off by 1.5 % at most.
  private static func shape(spread: Double) -> Double? {
    var logShape = log((3 - spread + ((spread - 3) * (spread - 3) + 24 * spread).squareRoot()) / (12 * spread))
    for _ in 0..<50 {
      let shape = exp(logShape)
      let (excess, slope) = logMinusDigamma(shape)
      // In ln k and the logarithm of both sides the equation is nearly linear, for small and large shapes.
      let step = log(excess / spread) * excess / (slope * shape)
      guard step.isFinite else { return nil }
      logShape -= step
      if abs(step) < 1e-14 { break }
    }
    let shape = exp(logShape)
    return shape > 0 && shape.isFinite ? shape : nil
  }
}

/// ln x - ψ(x) and its derivative, for a positive x.
///
/// - Source: the asymptotic series of the digamma function, reached by the recurrence ψ(x) = ψ(x + 1) - 1/x
///   (Abramowitz and Stegun 6.3.5 and 6.3.18). From 12 on, the first terms left out are below 10⁻¹³ of the result.
func logMinusDigamma(_ x: Double) -> (value: Double, slope: Double) {
  var y = x
  var value = 0.0
  var slope = 0.0
  while y < 12 {
    value += 1 / y - log((y + 1) / y)
    slope += -1 / (y * y) + 1 / (y * (y + 1))
    y += 1
  }
  let inverse = 1 / y
  let square = inverse * inverse
  value += inverse / 2 + square * polynomial([1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132], at: square)
  slope -= square / 2 + square * inverse * polynomial([1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66], at: square)
  return (value, slope)
}

/// A polynomial, its coefficients in ascending order.
private func polynomial(_ coefficients: [Double], at x: Double) -> Double {
  coefficients.reversed().reduce(0) { $0 * x + $1 }
}
