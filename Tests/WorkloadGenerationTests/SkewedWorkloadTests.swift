import Quantities
import Testing
import WorkloadGeneration

@Suite struct SkewedWorkloadTests {
  @Test func `the rate is the one asked for`() throws {
    let workload = try SkewedWorkload.generate(count: 40_000, requestsPerSecond: 20, models: 10, seed: 3)
    #expect(workload.requests.count == 40_000)
    // The sum of n exponential gaps has a coefficient of variation of 1/√n: 0.5 % here, and five times that is allowed.
    #expect(abs(workload.metadata.durationSeconds - 2000) < 2000 * 0.025)
  }

  @Test func `popularity follows Zipf's law`() throws {
    let count = 100_000
    let workload = try SkewedWorkload.generate(count: count, requestsPerSecond: 1, models: 4, skew: 1, seed: 5)
    var asked = [0, 0, 0, 0]
    for request in workload.requests { asked[request.deployment] += 1 }
    let shares = asked.sorted(by: >).map { Double($0) / Double(count) }
    // 1, 1/2, 1/3, 1/4 over their sum 25/12; five standard deviations of a share are below 0.008.
    for (share, expected) in zip(shares, [12.0 / 25, 6.0 / 25, 4.0 / 25, 3.0 / 25]) {
      #expect(abs(share - expected) < 0.008)
    }
  }

  @Test func `without skew every model is as likely as any other`() throws {
    let workload = try SkewedWorkload.generate(count: 50_000, requestsPerSecond: 1, models: 5, skew: 0, seed: 6)
    var asked = [0, 0, 0, 0, 0]
    for request in workload.requests { asked[request.deployment] += 1 }
    #expect(asked.allSatisfy { abs($0 - 10_000) < 450 })  // five standard deviations of a binomial number
  }

  @Test func `prompts have the length of their model's application`() throws {
    let workload = try SkewedWorkload.generate(count: 2000, requestsPerSecond: 1, models: 500, seed: 1)
    for request in workload.requests {
      switch SkewedWorkload.application(of: request.deployment) {
      case .chatbot: #expect((1...1024).contains(request.promptTokens))
      case .code: #expect(request.promptTokens == 280)
      case .summarization: #expect(request.promptTokens == 1020)
      }
      #expect((2...1024).contains(request.outputTokens))
    }
  }

  @Test func `the same seed draws the same requests, another one others`() throws {
    let drawn = try [1, 1, 2].map { seed in
      try SkewedWorkload.generate(count: 500, requestsPerSecond: 2, models: 50, seed: seed)
    }
    #expect(drawn[0] == drawn[1])
    #expect(drawn[0].requests != drawn[2].requests)
  }

  @Test func `numbers out of range are refused`() {
    let count = WorkloadError.outOfRange(parameter: "number of requests", value: 0, allowed: "1 to 100 million")
    #expect(throws: count) { try SkewedWorkload.generate(count: 0, requestsPerSecond: 1, models: 1, seed: 1) }
    let rate = WorkloadError.outOfRange(
      parameter: "request rate", value: -1, allowed: "a number above 0 and up to a million a second")
    #expect(throws: rate) { try SkewedWorkload.generate(count: 1, requestsPerSecond: -1, models: 1, seed: 1) }
    let models = WorkloadError.outOfRange(parameter: "number of models", value: 0, allowed: "1 to 10 million")
    #expect(throws: models) { try SkewedWorkload.generate(count: 1, requestsPerSecond: 1, models: 0, seed: 1) }
    let skew = WorkloadError.outOfRange(parameter: "popularity skew", value: -1, allowed: "a number from 0 to 20")
    #expect(throws: skew) { try SkewedWorkload.generate(count: 1, requestsPerSecond: 1, models: 1, skew: -1, seed: 1) }
  }
}
