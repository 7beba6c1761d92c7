#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension RandomStream {
  /// A number of the standard normal distribution.
  ///
  /// - Source: Marsaglia's polar method. Its second number is thrown away: a stream that remembered it would have a
  ///   state beside its bits, and two equal streams could then go on differently.
  public mutating func normal() -> Double {
    while true {
      let x = 2 * unit() - 1
      let y = 2 * unit() - 1
      let square = x * x + y * y
      if square < 1 && square > 0 {
        return x * (-2 * log(square) / square).squareRoot()
      }
    }
  }

  /// A gamma-distributed number: the mean is shape x scale, the coefficient of variation 1 / √shape.
  ///
  /// A small shape gives numbers below the smallest double; they come out as 0, as they do from other libraries.
  ///
  /// - Precondition: shape and scale are positive and finite.
  public mutating func gamma(shape: Double, scale: Double) -> Double {
    precondition(shape > 0 && shape.isFinite && scale > 0 && scale.isFinite, "a gamma law needs a shape and a scale")
    return scale * (shape >= 1 ? standardGamma(shape: shape) : exp(logGamma(shape: shape)))
  }

  /// A beta-distributed number of [0, 1]: the part of a gamma-distributed sum that its first term makes up.
  ///
  /// Where a shape is small, both terms may be too small for a double although their ratio is not: logarithms keep it.
  ///
  /// - Precondition: both shapes are positive and finite.
  public mutating func beta(_ first: Double, _ second: Double) -> Double {
    precondition(first > 0 && first.isFinite && second > 0 && second.isFinite, "a beta law needs two shapes")
    if first >= 1 && second >= 1 {
      let part = standardGamma(shape: first)
      return part / (part + standardGamma(shape: second))
    }
    let logPart = logGamma(shape: first)
    return 1 / (1 + exp(logGamma(shape: second) - logPart))
  }

  /// The logarithm of a gamma-distributed number of scale 1.
  ///
  /// For a shape below 1, a number of shape + 1 is multiplied by U^(1/shape).
  private mutating func logGamma(shape: Double) -> Double {
    guard shape < 1 else { return log(standardGamma(shape: shape)) }
    return log(standardGamma(shape: shape + 1)) + log(1 - unit()) / shape
  }

  /// A gamma-distributed number of scale 1 and a shape of at least 1.
  ///
  /// - Source: Marsaglia and Tsang, "A simple method for generating gamma variables" (2000): the cube of a normal
  ///   number, nearly always accepted after one comparison.
  private mutating func standardGamma(shape: Double) -> Double {
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      let u = 1 - unit()
      let square = x * x
      if u < 1 - 0.0331 * square * square || log(u) < 0.5 * square + d * (1 - v + log(v)) {
        return d * v
      }
    }
  }
}
