/// The cost of serving a model: GPU memory held × time held, in GB·ms.
///
/// The memory counted is what placements asked for. Times are in seconds of any one clock.
///
/// - Source: the published scheduler's cost accounting (paper, Figure 13), in the same arithmetic.
public struct CostAccount: Hashable, Sendable {
  /// The memory held at the moment, in GB.
  public private(set) var usageGB = 0
  /// The moment from which the memory held is counted, in seconds.
  public private(set) var countedFrom = 0.0
  /// What to add to the memory held × the time since then, in GB·ms.
  public private(set) var pastCost = 0.0

  /// An account of a model that holds nothing.
  public init() {}

  /// Counts more memory from a moment on.
  public mutating func add(memoryGB: [Int], at time: Double) {
    for amount in memoryGB {
      if usageGB == 0 {
        countedFrom = time
      } else {
        pastCost -= Double(amount) * (time - countedFrom) * 1000
      }
      usageGB += amount
    }
  }

  /// Counts less memory from a moment on.
  public mutating func remove(memoryGB: [Int], at time: Double) {
    for amount in memoryGB {
      pastCost += Double(amount) * (time - countedFrom) * 1000
      usageGB -= amount
    }
  }

  /// The cost up to a moment, in GB·ms.
  public func cost(at time: Double) -> Double {
    pastCost + Double(usageGB) * (time - countedFrom) * 1000
  }
}
