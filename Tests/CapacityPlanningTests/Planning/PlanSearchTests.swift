import Experiments
import ServingModel
import Testing

@testable import CapacityPlanning

/// The cheapest candidates on attainments that follow from a formula.
@Suite struct PlanSearchTests {
  @Test func `one type: the smallest count that reaches the target`() async throws {
    let space = PlanSamples.space()
    var search = PlanSearch(space: space, target: PlanSamples.target)
    // 13 points a server: 6 give 78, 7 give 91.
    let answers = try await search.run(PlanSamples.evaluate(in: space) { Double(min(100, 13 * $0.counts[0])) })
    #expect(answers.map(\.best?.candidate.counts) == [[7]])
    #expect(answers.map(\.best?.costPerHour) == [21])
  }

  @Test(arguments: [(2.0, 3.0, 13.0, 25.0), (1, 3, 7, 25), (1, 1, 13, 14), (3, 2, 20, 9), (5, 4, 30, 24)])
  func `two types: as cheap as the cheapest of all pairs`(
    smallPrice: Double, largePrice: Double, smallPoints: Double, largePoints: Double
  ) async throws {
    let space = PlanSamples.space(
      types: [PlanSamples.small, PlanSamples.large], maxServers: 12,
      prices: ["small": smallPrice, "large": largePrice])
    let percent = { (counts: [Int]) in
      min(100, smallPoints * Double(counts[0]) + largePoints * Double(counts[1]))
    }
    var search = PlanSearch(space: space, target: PlanSamples.target)
    let answers = try await search.run(PlanSamples.evaluate(in: space) { percent($0.counts) })
    let pairs = (0...12).flatMap { a in (0...(12 - a)).map { [a, $0] } }.filter { percent($0) >= 90 }
    let cheapest = try #require(pairs.map { space.costPerHour($0) }.min())
    #expect(answers[0].best?.costPerHour == cheapest)
    #expect(search.evaluations.count < 91, "fewer than all pairs were looked at: \(search.evaluations.count)")
  }

  @Test func `a tuning that makes do with fewer servers is found`() async throws {
    let space = PlanSamples.space(
      tunings: .init(keepAliveSeconds: [30, 10, 120], maxPipelineSizes: [4, 2], hostMemoryPercents: [100]))
    var search = PlanSearch(space: space, target: PlanSamples.target)
    // Each server gives 10 points, 15 with a keep-alive of 120 s and pipelines of up to 2.
    let answers = try await search.run(
      PlanSamples.evaluate(in: space) { candidate in
        let isGood = candidate.tuning.keepAlive == .seconds(120) && candidate.tuning.maxPipelineSize == 2
        return Double(candidate.counts[0]) * (isGood ? 15 : 10)
      })
    let best = try #require(answers[0].best)
    #expect(best.candidate.counts == [6])
    #expect(best.candidate.tuning.keepAlive == .seconds(120))
    #expect(best.candidate.tuning.maxPipelineSize == 2)
  }

  @Test func `of equally cheap candidates the one that holds the least GPU memory is taken`() async throws {
    let space = PlanSamples.space(
      tunings: .init(keepAliveSeconds: [30, 10, 120], maxPipelineSizes: [4], hostMemoryPercents: [100]))
    var search = PlanSearch(space: space, target: PlanSamples.target)
    let seconds = { (candidate: PlanCandidate) in candidate.tuning.keepAlive.map { Double($0.components.seconds) } ?? 0
    }
    // Instances that end after 10 s hold least, and miss the target.
    let answers = try await search.run(
      PlanSamples.evaluate(in: space, memory: seconds) { candidate in
        Double(candidate.counts[0]) * 10 - (seconds(candidate) < 20 ? 5 : 0)
      })
    #expect(answers[0].best?.candidate.counts == [9])
    #expect(answers[0].best?.candidate.tuning.keepAlive == .seconds(30))
  }

  @Test func `a target out of reach: no answer, and the best that was found`() async throws {
    let space = PlanSamples.space(maxServers: 8)
    var search = PlanSearch(space: space, target: PlanSamples.target)
    let answers = try await search.run(PlanSamples.evaluate(in: space) { Double($0.counts[0]) * 10 })
    #expect(answers[0].best == nil)
    #expect(answers[0].highest?.attainments == [80, 80])
    #expect(answers[0].highest?.candidate.counts == [8])
  }

  @Test func `systems have answers of their own, and nothing is evaluated twice`() async throws {
    let space = PlanSamples.space(systems: [.serverlessVLLM, .hydraServe])
    var search = PlanSearch(space: space, target: PlanSamples.target)
    let answers = try await search.run(
      PlanSamples.evaluate(in: space) { Double($0.counts[0]) * ($0.system == .hydraServe ? 30 : 9) })
    #expect(answers.map(\.best?.candidate.counts) == [[10], [3]])
    #expect(Set(search.evaluations.map(\.candidate)).count == search.evaluations.count)
  }

  @Test(.timeLimit(.minutes(1)))
  func `a tuning that is named twice is searched once more and nothing is evaluated twice`() async throws {
    let space = PlanSamples.space(
      tunings: .init(keepAliveSeconds: [30, 30], maxPipelineSizes: [4], hostMemoryPercents: [100]))
    var search = PlanSearch(space: space, target: PlanSamples.target)
    let answers = try await search.run(PlanSamples.evaluate(in: space) { Double(min(100, 13 * $0.counts[0])) })
    #expect(answers[0].best?.candidate.counts == [7])
    #expect(Set(search.evaluations.map(\.candidate)).count == search.evaluations.count)
  }

  @Test func `candidates that cannot be deployed reach nothing`() async throws {
    let space = PlanSamples.space(maxServers: 8)
    var search = PlanSearch(space: space, target: PlanSamples.target)
    let answers = try await search.run { candidates in
      candidates.map { PlanEvaluation(candidate: $0, costPerHour: 1, attainments: [], refusal: "too small") }
    }
    #expect(answers[0].best == nil)
    #expect(answers[0].highest == nil)
  }

  @Test func `the lower bound asks for more than the mean`() {
    let evaluation = PlanEvaluation(
      candidate: PlanCandidate(system: .hydraServe, counts: [1], tuning: ServingTuning()), costPerHour: 1,
      attainments: [89, 91, 93])
    // Mean 91, standard deviation 2, so the bound is 91 - 4.302653 x 2 / sqrt(3) = 86.03.
    let bound = PlanTarget(percent: 90, objective: .ttft, criterion: .lowerBound)
    #expect(abs((bound.value(evaluation) ?? 0) - 86.0317) < 1e-4)
    #expect(!bound.isReached(by: evaluation))
    #expect(PlanSamples.target.isReached(by: evaluation))
  }
}
