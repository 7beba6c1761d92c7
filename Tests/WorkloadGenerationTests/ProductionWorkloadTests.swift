import Quantities
import Testing

@testable import WorkloadGeneration

/// The synthetic production trace against the statistics that its recipe states, and against the paper's.
@Suite struct ProductionWorkloadTests {
  private static let seeds = UInt64(1)...6

  @Test func `the pooled arrivals and the models they reach are those of the recipe`() throws {
    // The recipe: 2.0, 2.4 and 3.4 million arrivals for CV 2, 4 and 8; at CV 8 and 0.6 requests per second 123 invoked
    // models, of them 52, 38 and 32 of the three applications; shares of 0.55, 0.37 and 0.08 of the requests; all that
    // with the skew and the sigma of the prototype that states it.
    var parameters = SyntheticTraceParameters()
    parameters.popularitySkew = 3.5
    parameters.burstSigma = 1.7
    let expected = [(cv: 2.0, millions: 2.0), (4, 2.4), (8, 3.4)]
    var all: [Popularity] = []
    let traces = try Self.seeds.map { try SyntheticTrace(seed: $0, parameters: parameters) }
    for (cv, millions) in expected {
      let workloads = try traces.map { try ProductionWorkload.generate(from: $0, cv: cv, requestsPerSecond: 0.6) }
      let pooled = Self.mean(workloads.map { Double($0.metadata.pooledArrivals) })
      #expect(abs(pooled / (millions * 1e6) - 1) < 0.04)
      let shapes = workloads.map(Popularity.init)
      // Busiest model 17 to 23 %, ten busiest 62 to 75 %; CV 2 lies at the upper ends, CV 8 at the lower ones.
      #expect(0.165...0.245 ~= Self.mean(shapes.map(\.busiest)))
      #expect(0.61...0.77 ~= Self.mean(shapes.map(\.tenBusiest)))
      #expect(3.5...5.3 ~= Self.mean(shapes.map(\.peakOverMean)))
      all += shapes
      if cv == 8 {
        #expect(abs(Self.mean(shapes.map(\.invoked)) - 123) < 8)
        for (block, models) in [52.0, 38, 32].enumerated() {
          #expect(abs(Self.mean(shapes.map { $0.invokedByBlock[block] }) - models) < 5)
        }
      }
    }
    for (block, share) in [0.55, 0.37, 0.08].enumerated() {
      #expect(abs(Self.mean(all.map { $0.shares[block] }) - share) < 0.03)
    }
  }

  @Test func `a run has exactly its hour's requests, sorted and within the hour`() throws {
    let trace = try SyntheticTrace(seed: 77)
    for rate in [0.6, 0.7, 0.8, 0.0003] {
      let workload = try ProductionWorkload.generate(from: trace, cv: 8, requestsPerSecond: rate)
      // 2160, 2520, 2880 and 1.08, rounded down
      #expect([0.6: 2160, 0.7: 2520, 0.8: 2880, 0.0003: 1][rate] == workload.requests.count)
      let times = workload.requests.map(\.sendAt)
      #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
      #expect(times.allSatisfy { $0 >= .zero && $0 < .seconds(3600) })
    }
  }

  @Test func `the same seed gives the same workload and another one another`() throws {
    let first = try ProductionWorkload.generate(cv: 4, requestsPerSecond: 0.7, seed: 5)
    #expect(try first == ProductionWorkload.generate(cv: 4, requestsPerSecond: 0.7, seed: 5))
    #expect(try first.requests != ProductionWorkload.generate(cv: 4, requestsPerSecond: 0.7, seed: 6).requests)
  }

  @Test func `only the answers differ between purposes`() throws {
    let trace = try SyntheticTrace(seed: 8)
    let first = try ProductionWorkload.generate(
      from: trace, cv: 2, requestsPerSecond: 0.6, outputPurpose: "outputs of one system")
    let second = try ProductionWorkload.generate(
      from: trace, cv: 2, requestsPerSecond: 0.6, outputPurpose: "outputs of another")
    #expect(first.requests.map(\.sendAt) == second.requests.map(\.sendAt))
    #expect(first.requests.map(\.deployment) == second.requests.map(\.deployment))
    #expect(first.requests.map(\.promptTokens) == second.requests.map(\.promptTokens))
    let equal = zip(first.requests, second.requests).count { $0.outputTokens == $1.outputTokens }
    #expect(equal < first.requests.count / 10)
  }

  @Test func `prompts and answers have the lengths of their application`() throws {
    let workload = try ProductionWorkload.generate(cv: 8, requestsPerSecond: 0.8, seed: 9)
    for request in workload.requests {
      switch ProductionWorkload.deployments[request.deployment].application {
      case .chatbot: #expect(1...1024 ~= request.promptTokens)
      case .code: #expect(request.promptTokens == 280)
      case .summarization: #expect(request.promptTokens == 1020)
      }
      #expect(2...1024 ~= request.outputTokens)
    }
    // Twice the median answer of the trace, 129 tokens; the standard error of a median of 2880 is about 10.
    let outputs = workload.requests.map(\.outputTokens).sorted()
    #expect(abs(outputs[1440] - 258) < 40)
  }

  @Test func `deployments are three blocks of large and small models`() {
    let deployments = ProductionWorkload.deployments
    #expect(deployments.count == 384)
    #expect(deployments[0] == ProductionDeployment(application: .chatbot, billionParameters: 13, position: 0))
    #expect(deployments[64] == ProductionDeployment(application: .chatbot, billionParameters: 7, position: 0))
    #expect(deployments[191] == ProductionDeployment(application: .code, billionParameters: 13, position: 63))
    #expect(deployments[383] == ProductionDeployment(application: .summarization, billionParameters: 7, position: 63))
  }

  @Test func `a function trace of the user's takes the synthetic one's place`() throws {
    // Two functions of 40 arrivals in each of 20 intervals; at CV factor 1 about as many are drawn again.
    var random = RandomStream(seed: 10, purpose: "trace")
    let functions = (0..<2).map { _ in
      (0..<20).flatMap { slot in (0..<40).map { _ in Double(slot) * 600 + 600 * random.unit() } }
    }
    let workload = try ProductionSample(
      from: FunctionTrace(functions: functions), cv: 1, requestsPerSecond: 0.1, seed: 3, parameters: .init()
    ).workload(outputPurpose: "outputs")
    #expect(workload.requests.count == 360)
    #expect(workload.metadata.generator == "trace-replay/1")
    #expect(abs(Double(workload.metadata.pooledArrivals) - 1600) < 250)
    // Function 0 of 2 maps to model 0, function 1 to model 192; 20 intervals of a day are 12000/86400 of the hour.
    #expect(Set(workload.requests.map(\.deployment)) == [0, 192])
    #expect(workload.requests.allSatisfy { $0.sendAt < .seconds(500) })
  }

  @Test func `settings without meaning are refused in a sentence`() throws {
    let trace = try SyntheticTrace(seed: 1)
    let tooMany = #expect(throws: WorkloadError.self) {
      try ProductionWorkload.generate(from: trace, cv: 2, requestsPerSecond: 1000)
    }
    guard case .tooFewArrivals(wanted: 3_600_000, available: _) = try #require(tooMany) else {
      Issue.record("a sample larger than the trace")
      return
    }
    for cv in [0, -1, .nan, .infinity, 101] {
      #expect(throws: WorkloadError.self) {
        try ProductionWorkload.generate(from: trace, cv: cv, requestsPerSecond: 0.6)
      }
    }
    for rate in [0, -1, .nan, .infinity, 1e-5] {
      #expect(throws: WorkloadError.self) {
        try ProductionWorkload.generate(from: trace, cv: 2, requestsPerSecond: rate)
      }
    }
    var parameters = SyntheticTraceParameters()
    parameters.burstSigma = .nan
    let error = #expect(throws: WorkloadError.self) { try SyntheticTrace(seed: 1, parameters: parameters) }
    #expect(error?.description == "The workload's burst sigma is nan; give a number from 0 to 5.")
  }

  private static func mean(_ numbers: [Double]) -> Double {
    numbers.reduce(0, +) / Double(numbers.count)
  }
}

/// How a workload's requests are spread over models and time.
private struct Popularity {
  let busiest: Double
  let tenBusiest: Double
  let invoked: Double
  let invokedByBlock: [Double]
  let shares: [Double]
  let peakOverMean: Double

  init(_ workload: Workload) {
    var counts = [Int](repeating: 0, count: 384)
    var windows = [Int](repeating: 0, count: 120)
    for request in workload.requests {
      counts[request.deployment] += 1
      windows[Int(request.sendAt.inSeconds / 30)] += 1
    }
    let total = Double(workload.requests.count)
    let sorted = counts.sorted(by: >)
    busiest = Double(sorted[0]) / total
    tenBusiest = Double(sorted[0..<10].reduce(0, +)) / total
    let blocks = (0..<3).map { counts[$0 * 128..<($0 + 1) * 128] }
    invokedByBlock = blocks.map { Double($0.count { $0 > 0 }) }
    invoked = invokedByBlock.reduce(0, +)
    shares = blocks.map { Double($0.reduce(0, +)) / total }
    peakOverMean = Double(windows.max() ?? 0) * 120 / total
  }
}
