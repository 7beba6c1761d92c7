import Quantities
import ServingModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A load of any size for a cluster of any size: Poisson arrivals for models of unequal popularity.
///
/// The production workload is bound to its models and its hour. This one keeps its token lengths and applications and
/// takes any number of requests and models, so that a cluster can grow with its load.
public enum SkewedWorkload {
  /// The name and version under which these workloads are recorded.
  public static let generator = "skewed-poisson/1"

  /// The application of a model: those of the production workload, over and over.
  public static func application(of deployment: DeploymentIndex) -> Application {
    ProductionWorkload.deployments[deployment % ProductionWorkload.deployments.count].application
  }

  /// Draws a workload.
  ///
  /// - Parameters:
  ///   - count: the number of requests, from 1.
  ///   - requestsPerSecond: their mean rate.
  ///   - models: how many models are asked for, from 1.
  ///   - skew: Zipf's exponent s; the model at rank r is asked for in proportion to r^(-s). Ranks are dealt to models
  ///     at random.
  ///   - seed: of all streams.
  ///   - parameters: the recipe's token lengths.
  /// - Throws: `WorkloadError` for a number out of range.
  public static func generate(
    count: Int, requestsPerSecond: Double, models: Int, skew: Double = 1, seed: UInt64,
    parameters: SyntheticTraceParameters = .init()
  ) throws(WorkloadError) -> Workload {
    try check(count: count, requestsPerSecond: requestsPerSecond, models: models, skew: skew)
    var gaps = RandomStream(seed: seed, purpose: "arrivals")
    var choices = RandomStream(seed: seed, purpose: "models")
    var dealing = RandomStream(seed: seed, purpose: "ranks of models")
    var prompts = RandomStream(seed: seed, purpose: "prompts")
    var outputs = RandomStream(seed: seed, purpose: "outputs")
    let modelOfRank = (0..<models).shuffled(using: &dealing)
    let shareUpTo = cumulativeShares(models: models, skew: skew)
    let lengths = try TokenLengthTable.conversation()
    var seconds = 0.0
    let requests = (0..<count).map { _ in
      seconds += gaps.exponential(mean: 1 / requestsPerSecond)
      let deployment = modelOfRank[rank(of: choices.unit(), in: shareUpTo)]
      let prompt = lengths.drawContext(using: &prompts)
      let answer = lengths.drawGenerated(after: prompt, using: &outputs)
      return WorkloadRequest(
        sendAt: .seconds(seconds), deployment: deployment,
        promptTokens: application(of: deployment).promptTokens(
          conversation: prompt.tokens, maximum: parameters.maximumTokens),
        outputTokens: parameters.answerTokens(answer))
    }
    return Workload(
      requests: requests,
      metadata: WorkloadMetadata(
        generator: generator, seed: seed, cv: 1, requestsPerSecond: requestsPerSecond, durationSeconds: seconds,
        pooledArrivals: count, outputPurpose: "outputs"))
  }

  /// For each rank, the share of the requests that goes to it and the ranks before it.
  private static func cumulativeShares(models: Int, skew: Double) -> [Double] {
    var total = 0.0
    let sums = (1...models).map { rank in
      total += pow(Double(rank), -skew)
      return total
    }
    return sums.map { $0 / total }
  }

  /// The first rank up to which the share is above a level of 0..<1.
  private static func rank(of level: Double, in shareUpTo: [Double]) -> Int {
    var low = 0
    var high = shareUpTo.count - 1
    while low < high {
      let middle = (low + high) / 2
      if shareUpTo[middle] > level { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private static func check(
    count: Int, requestsPerSecond: Double, models: Int, skew: Double
  ) throws(WorkloadError) {
    guard (1...100_000_000).contains(count) else {
      throw .outOfRange(parameter: "number of requests", value: Double(count), allowed: "1 to 100 million")
    }
    guard requestsPerSecond > 0, requestsPerSecond <= 1e6 else {
      throw .outOfRange(
        parameter: "request rate", value: requestsPerSecond, allowed: "a number above 0 and up to a million a second")
    }
    guard (1...10_000_000).contains(models) else {
      throw .outOfRange(parameter: "number of models", value: Double(models), allowed: "1 to 10 million")
    }
    guard (0...20).contains(skew) else {
      throw .outOfRange(parameter: "popularity skew", value: skew, allowed: "a number from 0 to 20")
    }
  }
}
