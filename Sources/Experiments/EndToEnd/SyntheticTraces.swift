import Synchronization
import WorkloadGeneration

/// The synthetic traces of some seeds, each made once: a trace serves every setting of its seed.
public final class SyntheticTraces: Sendable {
  private struct Recipe: Hashable {
    let seed: UInt64
    let parameters: SyntheticTraceParameters
  }

  private let made = Mutex<[Recipe: SyntheticTrace]>([:])

  /// Traces yet to be made.
  public init() {}

  /// The trace of a seed and a recipe.
  ///
  /// - Throws: ``UsageError`` when the recipe's parameters have no meaning.
  public func trace(seed: UInt64, parameters: SyntheticTraceParameters) throws -> SyntheticTrace {
    let recipe = Recipe(seed: seed, parameters: parameters)
    return try made.withLock { made in
      if let trace = made[recipe] { return trace }
      do throws(WorkloadError) {
        let trace = try SyntheticTrace(seed: seed, parameters: parameters)
        made[recipe] = trace
        return trace
      } catch {
        throw UsageError(error.description)
      }
    }
  }
}
