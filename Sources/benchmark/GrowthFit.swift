#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How a time grows with a size.
enum GrowthFit {
  /// The exponent k of the power law n^k nearest to the points, by least squares of the logarithms.
  ///
  /// - Precondition: two points of different size, all numbers positive.
  static func exponent(_ points: [(n: Double, seconds: Double)]) -> Double {
    let x = points.map { log($0.n) }
    let y = points.map { log($0.seconds) }
    let count = Double(points.count)
    let meanX = x.reduce(0, +) / count
    let meanY = y.reduce(0, +) / count
    let covariance = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    let variance = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    precondition(variance > 0, "a fit needs two sizes")
    return covariance / variance
  }

  /// Time / (n log n) of the last point in relation to that of the first: up to 1, growth is no worse than n log n.
  static func normalised(_ points: [(n: Double, seconds: Double)]) -> Double {
    guard let first = points.first, let last = points.last else { return 1 }
    let rate = { (point: (n: Double, seconds: Double)) in point.seconds / (point.n * log(point.n)) }
    return rate(last) / rate(first)
  }
}
