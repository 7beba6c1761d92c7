import Synchronization
import WorkloadGeneration

/// The synthetic traces of some seeds, each made once: a trace serves every setting of its seed.
public final class SyntheticTraces: Sendable {
  private let made = Mutex<[UInt64: SyntheticTrace]>([:])

  /// Traces yet to be made.
  public init() {}

  /// The trace of a seed.
  ///
  /// - Throws: ``UsageError`` when the recipe's parameters have no meaning.
  public func trace(seed: UInt64) throws -> SyntheticTrace {
    try made.withLock { made in
      if let trace = made[seed] { return trace }
      do throws(WorkloadError) {
        let trace = try SyntheticTrace(seed: seed)
        made[seed] = trace
        return trace
      } catch {
        throw UsageError(error.description)
      }
    }
  }
}
