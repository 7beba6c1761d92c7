import Quantities
import ServingModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A stand-in for the production function trace behind the end-to-end runs, made from what is published of it.
///
/// Every app keeps its published number of arrivals, its window, its longest pause and the total of every six hours;
/// synthetic are the split inside an app and the fine pattern in time. The trace is that of a seed; the CV factor and
/// the request rate of a run come later, so one trace serves all settings of a seed.
public struct SyntheticTrace: Sendable {
  /// The name and version under which workloads of this trace are recorded.
  public static let generator = "synthetic-production-trace/\(SyntheticTraceParameters.version)"

  /// The seed of its streams.
  public let seed: UInt64
  /// The parameters of the recipe.
  public let parameters: SyntheticTraceParameters
  /// The length of the trace in seconds.
  public let durationSeconds: Double
  private let loads: [SlotLoad]

  /// What arrives at one model in one slot.
  private struct SlotLoad {
    let deployment: DeploymentIndex
    let slot: Int
    var arrivals: Int
    var timerArrivals: Int
  }

  /// One function's arrivals: for each slot that has some, how many.
  private struct Function {
    let isTimer: Bool
    let counts: [(slot: Int, arrivals: Int)]
    let firstSeen: Double
  }

  /// The trace of a seed.
  ///
  /// - Throws: ``WorkloadError/outOfRange(parameter:value:allowed:)`` for a parameter without meaning.
  public init(seed: UInt64, parameters: SyntheticTraceParameters = .init()) throws(WorkloadError) {
    try parameters.check()
    let statistics = try PublishedTraceStatistics.load()
    let apps = SyntheticTraceApp.all(of: statistics, parameters: parameters, seed: seed)
    let weights = SlotWeights(apps: apps, statistics: statistics, parameters: parameters, seed: seed)
    self.seed = seed
    self.parameters = parameters
    durationSeconds = Double(statistics.totals.days) * 86_400
    loads = Self.loads(of: Self.functions(of: apps, weights: weights, parameters: parameters, seed: seed))
  }

  /// The arrivals to draw for a CV factor, by deployment and time.
  ///
  /// Slots with fewer than three arrivals have none: a fit needs two gaps, so the published generator drops them too.
  public func segments(cv: Double) -> [ArrivalSegment] {
    loads.compactMap { load in
      guard load.arrivals >= 3 else { return nil }
      // A model of two functions may have a timer and another: the one with more arrivals decides.
      let isTimer = 2 * load.timerArrivals > load.arrivals
      let gapCV = cv * (isTimer ? parameters.timerGapCV : parameters.gapCV)
      return ArrivalSegment(
        deployment: load.deployment, start: Double(load.slot) * SlotWeights.slotSeconds,
        duration: SlotWeights.slotSeconds,
        pattern: gapCV < parameters.evenlySpacedBelowCV
          ? .evenlySpaced(count: load.arrivals)
          : .renewal(perSecond: Double(load.arrivals) / SlotWeights.slotSeconds, cv: gapCV))
    }
  }

  /// Draws the arrivals of every function, in the order of first appearance.
  private static func functions(
    of apps: [SyntheticTraceApp], weights: SlotWeights, parameters: SyntheticTraceParameters, seed: UInt64
  ) -> [Function] {
    var counts = RandomStream(seed: seed, purpose: "arrivals per slot")
    var order = RandomStream(seed: seed, purpose: "order of functions")
    var functions: [Function] = []
    for (index, app) in apps.enumerated() {
      let shares = (1...app.functions).map { pow(Double($0), -parameters.popularitySkew) }
      let total = shares.reduce(0, +)
      for share in shares {
        let drawn = draw(
          expected: weights.expected[index], share: share / total, isTimer: app.isTimer, using: &counts)
        let first = drawn.first?.slot ?? Int(app.window.lowerBound / SlotWeights.slotSeconds)
        functions.append(
          Function(isTimer: app.isTimer, counts: drawn, firstSeen: Double(first) + order.unit()))
      }
    }
    return functions.enumerated()
      .sorted { ($0.element.firstSeen, $0.offset) < ($1.element.firstSeen, $1.offset) }
      .map(\.element)
  }

  /// The slots in which a function has arrivals: a Poisson number, a timer's being as even as whole numbers allow.
  private static func draw(
    expected: [Double], share: Double, isTimer: Bool, using random: inout RandomStream
  ) -> [(slot: Int, arrivals: Int)] {
    var counts: [(slot: Int, arrivals: Int)] = []
    for (slot, weight) in expected.enumerated() where weight > 0 {
      let mean = weight * share
      let arrivals = isTimer ? Int(mean + random.unit()) : random.poisson(mean: mean)
      if arrivals > 0 { counts.append((slot, arrivals)) }
    }
    return counts
  }

  /// Adds up the functions that meet in a model.
  private static func loads(of functions: [Function]) -> [SlotLoad] {
    var loads: [SlotLoad] = []
    let mapping = FunctionMapping.contiguous
    var next = 0
    for deployment in 0..<ProductionWorkload.deployments.count {
      let first = next
      while next < functions.count,
        mapping.model(of: next, functions: functions.count, models: ProductionWorkload.deployments.count) == deployment
      {
        next += 1
      }
      let parts = functions[first..<next].flatMap { function in
        function.counts.map { count in
          SlotLoad(
            deployment: deployment, slot: count.slot, arrivals: count.arrivals,
            timerArrivals: function.isTimer ? count.arrivals : 0)
        }
      }
      for part in parts.sorted(by: { $0.slot < $1.slot }) {
        if let last = loads.last, last.deployment == deployment, last.slot == part.slot {
          loads[loads.count - 1].arrivals += part.arrivals
          loads[loads.count - 1].timerArrivals += part.timerArrivals
        } else {
          loads.append(part)
        }
      }
    }
    return loads
  }
}
