import Glibc
import Testing

@testable import Experiments

@Suite struct LeastSquaresTests {
  @Test func `an exponential decay without noise is found again`() {
    // y = 5·exp(−2 t) at eleven moments; the residuals are 0 at the answer and nowhere else.
    let times = (0...10).map { Double($0) / 10 }
    let residuals = { (p: [Double]) in times.map { p[0] * exp(-p[1] * $0) - 5 * exp(-2 * $0) } }
    let fit = LeastSquares.fit(from: [1, 1], scale: 10, residuals: residuals)
    #expect(abs(fit[0] - 5) < 1e-6 && abs(fit[1] - 2) < 1e-6)
    #expect(LeastSquares.loss(at: fit, scale: 10, residuals: residuals) < 1e-15)
  }

  @Test func `of contradicting measurements the mean is taken while they are within the scale`() {
    // One parameter, measured as 1, 2 and 6; far within the scale the loss is quadratic and the answer the mean, 3.
    let fit = LeastSquares.fit(from: [1], scale: 1e6) { p in [1, 2, 6].map { p[0] - $0 } }
    #expect(abs(fit[0] - 3) < 1e-6)
  }

  @Test func `a measurement that went wrong hardly counts`() {
    // Nine measurements of 10 and one of 1000. Far beyond the scale the loss is linear, so in the answer the pull of the
    // one, close to s, equals that of the nine, 9 d / √(1 + (d/s)²): with s = 1 that is d = 1/√80, which is 0.1118.
    let measured = Array(repeating: 10.0, count: 9) + [1000]
    let fit = LeastSquares.fit(from: [50], scale: 1) { p in measured.map { p[0] - $0 } }
    #expect(abs(fit[0] - 10.1118) < 1e-3)
  }

  @Test func `the loss is quadratic for small residuals and linear for large ones`() {
    // By its definition 2 s² (√(1 + (r/s)²) − 1): r² for small r, 2 s r for large r.
    let small = LeastSquares.loss(at: [1], scale: 10) { _ in [0.01] }
    #expect(abs(small / 1e-4 - 1) < 1e-6)
    let large = LeastSquares.loss(at: [1], scale: 1) { _ in [1e6] }
    #expect(abs(large / 2e6 - 1) < 1e-5)
    // r = s √3: 2 s² (2 − 1).
    #expect(abs(LeastSquares.loss(at: [1], scale: 3) { _ in [3 * 3.0.squareRoot()] } - 18) < 1e-9)
  }

  @Test func `a parameter that nothing depends on keeps its value`() {
    let fit = LeastSquares.fit(from: [1, 7], scale: 1e6) { p in [p[0] - 4] }
    #expect(abs(fit[0] - 4) < 1e-6 && abs(fit[1] - 7) < 1e-9)
  }

  @Test func `no parameter turns negative where the best value would be`() {
    let fit = LeastSquares.fit(from: [1], scale: 1e6) { p in [p[0] + 5] }
    #expect(fit[0] >= 0 && fit[0] < 1e-2)
  }
}

@Suite struct LinearLeastSquaresTests {
  @Test func `a plane is found exactly through points on it`() {
    let rows = [[1.0, 0, 0], [1, 1, 0], [1, 0, 1], [1, 2, 3]]
    let values = rows.map { 2 * $0[0] - 3 * $0[1] + 0.5 * $0[2] }
    for (found, wanted) in zip(LeastSquares.linear(rows, values), [2, -3, 0.5]) {
      #expect(abs(found - wanted) < 1e-9)
    }
  }

  @Test func `a constant through scattered points is their mean`() {
    #expect(abs(LeastSquares.linear([[1], [1], [1]], [1, 2, 6])[0] - 3) < 1e-9)
  }
}
