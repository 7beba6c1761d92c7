import Experiments
import Quantities
import ServingModel

/// What a plan chooses from: systems, types of server, how many servers at most, and tunings.
public struct PlanSpace: Sendable {
  /// The values that a plan tries for what can be tuned; the first of each is tried first.
  public struct Tunings: Hashable, Sendable {
    /// Idle times before an instance ends, in seconds.
    public var keepAliveSeconds: [Int]
    /// Most stages of a pipeline.
    public var maxPipelineSizes: [Int]
    /// Shares of the host memory for models, in per cent.
    public var hostMemoryPercents: [Int]

    /// Values to try.
    ///
    /// - Precondition: there is one of each.
    public init(keepAliveSeconds: [Int], maxPipelineSizes: [Int], hostMemoryPercents: [Int]) {
      precondition(
        !keepAliveSeconds.isEmpty && !maxPipelineSizes.isEmpty && !hostMemoryPercents.isEmpty, "a value of each")
      self.keepAliveSeconds = keepAliveSeconds
      self.maxPipelineSizes = maxPipelineSizes
      self.hostMemoryPercents = hostMemoryPercents
    }

    /// The tunings of a system: every combination of what it takes.
    public func combinations(for system: ServingSystem) -> [ServingTuning] {
      let pipelines: [Int?] = ServingDeployment.choosesPipelineSize(system) ? maxPipelineSizes : [nil]
      let memories = ServingDeployment.keepsModelsInHostMemory(system) ? hostMemoryPercents : [100]
      return pipelines.flatMap { pipeline in
        memories.flatMap { memory in
          keepAliveSeconds.map { seconds in
            var tuning = ServingTuning()
            tuning.keepAlive = .seconds(seconds)
            tuning.maxPipelineSize = pipeline
            tuning.hostMemoryShare = Double(memory) / 100
            return tuning
          }
        }
      }
    }
  }

  /// The systems.
  public let systems: [ServingSystem]
  /// The types of GPU server, in the order in which placements look at servers.
  public let types: [InstanceType]
  /// What storage servers are.
  public let storageType: ServerFleet.StorageType
  /// Most GPU servers of all types together.
  public let maxServers: Int
  /// What servers cost.
  public let prices: ClusterPrices
  private let tunings: Tunings

  /// A space to search.
  ///
  /// - Precondition: there is a system, a type and a server.
  public init(
    systems: [ServingSystem], types: [InstanceType], storageType: ServerFleet.StorageType, maxServers: Int,
    prices: ClusterPrices, tunings: Tunings
  ) {
    precondition(!systems.isEmpty && !types.isEmpty && maxServers > 0, "something to choose from")
    self.systems = systems
    self.types = types
    self.storageType = storageType
    self.maxServers = maxServers
    self.prices = prices
    self.tunings = tunings
  }

  /// The tunings of a system.
  public func tunings(of system: ServingSystem) -> [ServingTuning] {
    tunings.combinations(for: system)
  }

  /// The servers of a candidate.
  public func fleet(_ counts: [Int]) -> ServerFleet {
    ServerFleet(
      groups: zip(types, counts).map { ServerFleet.Group(type: $0, count: $1) }, storageType: storageType)
  }

  /// What the servers of a candidate cost an hour.
  public func costPerHour(_ counts: [Int]) -> Double {
    prices.perHour(fleet(counts))
  }

  /// Counts of all types but the last, from the cheapest; of the same price, fewer servers of the first types first.
  var prefixes: [[Int]] {
    let counts = types.dropLast().reduce([[Int]()]) { prefixes, _ in
      prefixes.flatMap { prefix in (0...(maxServers - prefix.reduce(0, +))).map { prefix + [$0] } }
    }
    let priced = counts.map { (cost: costPerHour($0 + [0]), counts: $0) }
    return priced.enumerated().sorted { ($0.element.cost, $0.offset) < ($1.element.cost, $1.offset) }
      .map(\.element.counts)
  }
}

/// A choice: a system, how many servers of each type, and a tuning.
public struct PlanCandidate: Hashable, Sendable {
  /// The system.
  public let system: ServingSystem
  /// How many servers of each of the space's types.
  public let counts: [Int]
  /// The tuning.
  public let tuning: ServingTuning

  /// A choice.
  public init(system: ServingSystem, counts: [Int], tuning: ServingTuning) {
    self.system = system
    self.counts = counts
    self.tuning = tuning
  }
}
