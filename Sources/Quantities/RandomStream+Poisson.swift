#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension RandomStream {
  /// A Poisson-distributed number.
  ///
  /// - Precondition: the mean is not negative, and below 10¹⁵ so that neighbouring whole numbers are still apart.
  public mutating func poisson(mean: Double) -> Int {
    precondition(mean >= 0 && mean < 1e15, "a Poisson law needs a mean from 0 to 10¹⁵")
    return mean < 10 ? poissonByInversion(mean: mean) : poissonByRejection(mean: mean)
  }

  /// Walks up the distribution function; the first comparison spares most zeros an exponential, as 1 - x <= exp(-x).
  private mutating func poissonByInversion(mean: Double) -> Int {
    var remaining = unit()
    if remaining < 1 - mean { return 0 }
    var probability = exp(-mean)
    var count = 0
    // A mean below 10 leaves nothing that a double can hold above 200.
    while remaining >= probability && count < 200 {
      remaining -= probability
      count += 1
      probability *= mean / Double(count)
    }
    return count
  }

  /// - Source: Hörmann, "The transformed rejection method for generating Poisson random variables" (1993), PTRS.
  private mutating func poissonByRejection(mean: Double) -> Int {
    let logMean = log(mean)
    let b = 0.931 + 2.53 * mean.squareRoot()
    let a = -0.059 + 0.02483 * b
    let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
    let quickAcceptance = 0.9277 - 3.6224 / (b - 2)
    while true {
      let u = unit() - 0.5
      let v = 1 - unit()
      let distance = 0.5 - abs(u)
      guard distance > 0 else { continue }
      let k = ((2 * a / distance + b) * u + mean + 0.43).rounded(.down)
      if distance >= 0.07 && v <= quickAcceptance { return Int(k) }
      if k < 0 || (distance < 0.013 && v > distance) { continue }
      if log(v * inverseAlpha / (a / (distance * distance) + b)) <= k * logMean - mean - logFactorial(k) {
        return Int(k)
      }
    }
  }
}

/// ln k! of a whole number.
private func logFactorial(_ k: Double) -> Double {
  guard k >= 10 else {
    var product = 1.0
    for factor in stride(from: 2, through: k, by: 1) { product *= factor }
    return log(product)
  }
  // Stirling's series; from 10 on the first term left out is below 10⁻¹⁰.
  let inverse = 1 / k
  let square = inverse * inverse
  let series = inverse * (1.0 / 12 - square * (1.0 / 360 - square / 1260))
  return (k + 0.5) * log(k) - k + 0.918_938_533_204_672_7 + series
}
