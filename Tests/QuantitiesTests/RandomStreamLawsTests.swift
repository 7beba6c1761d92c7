import Testing

@testable import Quantities

/// The laws beyond the uniform one: moments by closed form within four standard errors, and the distribution function
/// where it is elementary.
@Suite struct RandomStreamLawsTests {
  @Test(arguments: UInt64(0)..<20)
  func `normal numbers have the moments of the standard normal distribution`(seed: UInt64) {
    var stream = RandomStream(seed: seed, purpose: "normal")
    let numbers = (0..<20_000).map { _ in stream.normal() }
    let root = Double(numbers.count).squareRoot()
    // The k-th power has variance m_2k - m_k², with even moments 1, 3, 15, 105.
    #expect(abs(mean(numbers)) < 4 / root)
    #expect(abs(mean(numbers.map { $0 * $0 }) - 1) < 4 * 2.0.squareRoot() / root)
    #expect(abs(mean(numbers.map { $0 * $0 * $0 })) < 4 * 15.0.squareRoot() / root)
    #expect(abs(mean(numbers.map { $0 * $0 * $0 * $0 }) - 3) < 4 * 96.0.squareRoot() / root)
    // Φ(1) = 0.841345 by table.
    #expect(abs(share(of: numbers) { $0 < 1 } - 0.841345) < 4 * 0.365351 / root)
  }

  @Test(arguments: [0.001, 0.0156, 0.1, 0.5, 1, 1.5, 4, 100, 1e6])
  func `gamma numbers have the moments of the gamma distribution`(shape: Double) {
    var stream = RandomStream(seed: 7, purpose: "gamma")
    let count = 200_000
    let numbers = (0..<count).map { _ in stream.gamma(shape: shape, scale: 3) }
    let average = mean(numbers)
    let variance = mean(numbers.map { ($0 - average) * ($0 - average) })
    #expect(numbers.allSatisfy { $0 >= 0 && $0.isFinite })
    #expect(abs(average - 3 * shape) < 4 * 3 * (shape / Double(count)).squareRoot())
    // The fourth central moment is (3 k² + 6 k) θ⁴, that of the variance's error (2 k² + 6 k) θ⁴ / n.
    let varianceError = 9 * ((2 * shape * shape + 6 * shape) / Double(count)).squareRoot()
    #expect(abs(variance - 9 * shape) < 4 * varianceError)
  }

  @Test func `a gamma number of shape one is exponential`() {
    var stream = RandomStream(seed: 3, purpose: "gamma")
    let numbers = (0..<50_000).map { _ in stream.gamma(shape: 1, scale: 2) }
    for level in [0.1, 0.5, 0.693147, 2] {
      let expected = 1 - inverseExponential(level)
      let error = (expected * (1 - expected) / Double(numbers.count)).squareRoot()
      #expect(abs(share(of: numbers) { $0 < 2 * level } - expected) < 4 * error)
    }
  }

  @Test(arguments: [0.001, 0.01, 0.1])
  func `most gamma numbers of a small shape vanish as the power law at zero says`(shape: Double) {
    // P(X < x) = x^k / Γ(k + 1) (1 - O(x)); Γ(k + 1) = 1 - 0.5772157 k + 0.9890560 k² - ...
    var stream = RandomStream(seed: 5, purpose: "gamma")
    let numbers = (0..<50_000).map { _ in stream.gamma(shape: shape, scale: 1) }
    let gamma = 1 - 0.5772157 * shape + 0.9890560 * shape * shape - 0.9074791 * shape * shape * shape
    // 2^-40 and 2^-200 to the k-th power, by repeated roots of two: 2^(-40 k) = exp(-27.725887 k).
    for (bits, threshold) in [(40.0, 0x1p-40), (200.0, 0x1p-200)] {
      let expected = inverseExponential(bits * 0.693147181 * shape) / gamma
      let error = (expected * (1 - expected) / Double(numbers.count)).squareRoot()
      #expect(abs(share(of: numbers) { $0 < threshold } - expected) < 4 * error + 1e-4)
    }
  }

  @Test(arguments: [(1.0, 1.0), (2, 3), (0.5, 0.5), (0.01, 0.02), (0.001, 0.001), (0.006, 40), (500, 300)])
  func `beta numbers have the moments of the beta distribution`(first: Double, second: Double) {
    var stream = RandomStream(seed: 11, purpose: "beta")
    let count = 100_000
    let numbers = (0..<count).map { _ in stream.beta(first, second) }
    let sum = first + second
    let expected = first / sum
    let variance = first * second / (sum * sum * (sum + 1))
    let average = mean(numbers)
    #expect(numbers.allSatisfy { 0 <= $0 && $0 <= 1 })
    #expect(abs(average - expected) < 4 * (variance / Double(count)).squareRoot())
    let squares = mean(numbers.map { $0 * $0 })
    let square = variance + expected * expected
    // E X⁴ <= E X², so the squares' variance is at most E X² (1 - E X²).
    #expect(abs(squares - square) < 4 * (square * (1 - square) / Double(count)).squareRoot())
  }

  @Test(arguments: [0.0, 1e-6, 0.01, 0.7, 3, 9.99, 10, 25, 300, 1e5])
  func `Poisson numbers have the moments of the Poisson distribution`(expected: Double) {
    var stream = RandomStream(seed: 13, purpose: "poisson")
    let count = 100_000
    let numbers = (0..<count).map { _ in Double(stream.poisson(mean: expected)) }
    let average = mean(numbers)
    let variance = mean(numbers.map { ($0 - average) * ($0 - average) })
    #expect(numbers.allSatisfy { $0 >= 0 })
    #expect(abs(average - expected) <= 4 * (expected / Double(count)).squareRoot() + 1e-5)
    #expect(abs(variance - expected) <= 4 * ((2 * expected * expected + expected) / Double(count)).squareRoot() + 1e-5)
  }

  @Test(arguments: [0.7, 3, 12])
  func `Poisson numbers have the Poisson probabilities`(expected: Double) {
    var stream = RandomStream(seed: 17, purpose: "poisson")
    let count = 100_000
    var histogram = [Int](repeating: 0, count: 40)
    for _ in 0..<count { histogram[min(stream.poisson(mean: expected), 39)] += 1 }
    var probability = inverseExponential(expected)
    for k in 0..<30 {
      let error = (probability * (1 - probability) / Double(count)).squareRoot()
      #expect(abs(Double(histogram[k]) / Double(count) - probability) < 4.5 * error + 1e-5, "k = \(k)")
      probability *= expected / Double(k + 1)
    }
  }

  @Test(arguments: [1, 2, 3, 10, 1000, Int.max])
  func `whole numbers below a bound are uniform`(bound: Int) {
    var stream = RandomStream(seed: 19, purpose: "integers")
    let count = 50_000
    let numbers = (0..<count).map { _ in stream.uniform(below: bound) }
    #expect(numbers.allSatisfy { 0 <= $0 && $0 < bound })
    let parts = numbers.map { Double($0) / Double(bound) }
    let expected = 0.5 * (1 - 1 / Double(bound))
    #expect(abs(mean(parts) - expected) < 4 * 0.288676 / Double(count).squareRoot())
    // A thousand numbers all turn up in 50 000 draws, and of 2⁶³ none twice, but for odds of one in a billion.
    #expect(Set(numbers).count == min(bound, count))
  }

  @Test func `the whole numbers of a stream are set by its seed`() {
    // The upper halves of 2⁶⁴-multiples: the three numbers of this stream, times 100, over 2⁶⁴, by hand.
    // 3859319846593888683 -> 20.9, 7881187824765002911 -> 42.7, 672737003905118764 -> 3.6
    var stream = RandomStream(seed: 42, purpose: "arrivals")
    #expect((0..<3).map { _ in stream.uniform(below: 100) } == [20, 42, 3])
  }

  private func mean(_ numbers: [Double]) -> Double {
    numbers.reduce(0, +) / Double(numbers.count)
  }

  private func share(of numbers: [Double], _ test: (Double) -> Bool) -> Double {
    Double(numbers.count(where: test)) / Double(numbers.count)
  }

  /// e^(-x) by its series, so that the test does not lean on the library's function.
  private func inverseExponential(_ x: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    for k in 1..<200 {
      term *= x / Double(k)
      sum += term
    }
    return 1 / sum
  }
}
