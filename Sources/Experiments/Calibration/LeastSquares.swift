import Glibc

/// Damped least squares (Levenberg–Marquardt) with a loss that large residuals cannot dominate.
///
/// The loss of a residual r is 2 s² (√(1 + (r/s)²) − 1): quadratic well below the scale s, linear well above. It is
/// minimised by reweighting: each step solves a weighted least-squares problem. Parameters are kept positive by fitting
/// their logarithms.
enum LeastSquares {
  /// The parameters that fit best, starting from `start`.
  ///
  /// - Parameters:
  ///   - start: where to begin; all greater than 0.
  ///   - scale: the residual at which the loss turns from quadratic to linear.
  ///   - residuals: the residuals at given parameters, always equally many.
  static func fit(from start: [Double], scale: Double, residuals: ([Double]) -> [Double]) -> [Double] {
    var point = start.map({ log($0) })
    var current = evaluate(point, scale, residuals)
    var damping = 1e-3
    for _ in 0..<300 {
      let jacobian = Self.jacobian(at: point, residuals: residuals)
      guard let step = solve(jacobian, current.residuals, weights: current.weights, damping: damping) else { break }
      let candidate = zip(point, step).map { $0 - $1 }
      let next = evaluate(candidate, scale, residuals)
      guard next.loss < current.loss else {
        damping *= 4
        if damping > 1e9 { break }
        continue
      }
      let gain = current.loss - next.loss
      (point, current) = (candidate, next)
      damping = max(damping / 3, 1e-12)
      if gain < 1e-12 * current.loss { break }
    }
    return point.map({ exp($0) })
  }

  /// The coefficients with which a sum of terms comes closest to some values, by ordinary least squares.
  ///
  /// - Parameter rows: for each value its terms, always equally many and independent of each other.
  static func linear(_ rows: [[Double]], _ values: [Double]) -> [Double] {
    let columns = rows[0].indices.map { term in rows.map { $0[term] } }
    let weights = Array(repeating: 1.0, count: values.count)
    guard let coefficients = solve(columns, values, weights: weights, damping: 0) else {
      preconditionFailure("the terms are independent of each other")
    }
    return coefficients
  }

  /// The loss at given parameters.
  static func loss(at parameters: [Double], scale: Double, residuals: ([Double]) -> [Double]) -> Double {
    evaluate(parameters.map({ log($0) }), scale, residuals).loss
  }

  private struct Evaluation {
    let residuals: [Double]
    let weights: [Double]
    let loss: Double
  }

  private static func evaluate(
    _ point: [Double], _ scale: Double, _ residuals: ([Double]) -> [Double]
  ) -> Evaluation {
    let values = residuals(point.map({ exp($0) }))
    let roots = values.map { (1 + $0 * $0 / (scale * scale)).squareRoot() }
    // 2 s² (√… − 1), written so that nothing cancels where the residual is far below the scale.
    let losses = zip(values, roots).map { 2 * $0 * $0 / (1 + $1) }
    return Evaluation(residuals: values, weights: roots.map { 1 / $0 }, loss: losses.reduce(0, +))
  }

  /// Derivatives of each residual by each parameter's logarithm, by central differences.
  private static func jacobian(at point: [Double], residuals: ([Double]) -> [Double]) -> [[Double]] {
    let width = 1e-6
    let columns = point.indices.map { index in
      var up = point
      var down = point
      up[index] += width
      down[index] -= width
      return zip(residuals(up.map({ exp($0) })), residuals(down.map({ exp($0) })))
        .map { ($0 - $1) / (2 * width) }
    }
    return columns
  }

  /// Solves (JᵀWJ + damping · diag) step = JᵀWr by elimination with pivoting; `nil` when it is singular.
  private static func solve(
    _ columns: [[Double]], _ residuals: [Double], weights: [Double], damping: Double
  ) -> [Double]? {
    let count = columns.count
    var matrix = (0..<count).map { row in
      (0..<count).map { column in
        residuals.indices.reduce(0) { $0 + weights[$1] * columns[row][$1] * columns[column][$1] }
      } + [residuals.indices.reduce(0) { $0 + weights[$1] * columns[row][$1] * residuals[$1] }]
    }
    for index in 0..<count {
      matrix[index][index] *= 1 + damping
      matrix[index][index] += 1e-15
    }
    for pivot in 0..<count {
      guard let best = (pivot..<count).max(by: { abs(matrix[$0][pivot]) < abs(matrix[$1][pivot]) }),
        abs(matrix[best][pivot]) > 1e-300
      else { return nil }
      matrix.swapAt(pivot, best)
      for row in 0..<count where row != pivot {
        let factor = matrix[row][pivot] / matrix[pivot][pivot]
        for column in pivot...count { matrix[row][column] -= factor * matrix[pivot][column] }
      }
    }
    return (0..<count).map { matrix[$0][count] / matrix[$0][$0] }
  }
}
