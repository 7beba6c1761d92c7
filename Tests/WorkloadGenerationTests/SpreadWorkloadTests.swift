import Testing

@testable import WorkloadGeneration

/// The production workload for sets of models that are not the paper's.
@Suite struct SpreadWorkloadTests {
  private static func requests(_ applications: [Application]?) throws -> [WorkloadRequest] {
    let sample = try ProductionSample(from: SyntheticTrace(seed: 3), cv: 8, requestsPerSecond: 0.3)
    return try (applications.map { sample.spread(over: $0) } ?? sample).workload(outputPurpose: "outputs").requests
  }

  @Test func `a model of two gets half of the positions, and prompts as it is used`() throws {
    let (paper, two) = (try Self.requests(nil), try Self.requests([.code, .summarization]))
    #expect(paper.count == 1080 && two.map(\.sendAt) == paper.map(\.sendAt))
    #expect(two.map(\.deployment) == paper.map { $0.deployment < 192 ? 0 : 1 })
    // Code is asked with 280 tokens, summaries with 1020.
    #expect(two.allSatisfy { $0.promptTokens == [280, 1020][$0.deployment] })
    #expect(two.map(\.outputTokens) == paper.map(\.outputTokens))
  }

  @Test func `more models than positions leave some without requests, and the paper's are themselves`() throws {
    let many = try Self.requests(Array(repeating: .chatbot, count: 1000))
    #expect(many.allSatisfy { (0..<1000).contains($0.deployment) })
    #expect(try Self.requests(ProductionWorkload.deployments.map(\.application)) == Self.requests(nil))
  }
}
