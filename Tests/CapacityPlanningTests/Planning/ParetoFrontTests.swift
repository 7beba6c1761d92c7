import Testing

@testable import CapacityPlanning

@Suite struct ParetoFrontTests {
  private typealias Point = (cost: Double, value: Double)

  private static func front(_ points: [Point]) -> [Point] {
    ParetoFront.of(points, cost: { $0.cost }, value: { $0.value })
  }

  @Test func `the front of known points is known`() {
    let points: [Point] = [(4, 50), (1, 10), (2, 40), (3, 40), (2, 30), (5, 45), (6, 90), (6, 91)]
    let front = Self.front(points)
    #expect(front.map(\.cost) == [1, 2, 4, 6])
    #expect(front.map(\.value) == [10, 40, 50, 91])
  }

  @Test func `of equal points one stays, and of none nothing`() {
    #expect(Self.front([(1, 5), (1, 5)]).count == 1)
    #expect(Self.front([]).isEmpty)
  }

  @Test(arguments: UInt64(0)..<20)
  func `nothing on the front is dominated, and everything else is`(seed: UInt64) {
    var state = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double((state >> 33) % 12)
    }
    let points: [Point] = (0..<40).map { _ in (next(), next()) }
    let front = Self.front(points)
    func dominates(_ a: Point, _ b: Point) -> Bool { a.cost <= b.cost && a.value >= b.value && a != b }
    for point in points {
      let isDominated = points.contains { dominates($0, point) }
      #expect(front.contains { $0 == point } == !isDominated)
    }
  }
}
