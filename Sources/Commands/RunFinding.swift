import ArgumentParser
import Experiments
import Reporting

extension SharedOptions {
  /// Finds runs for pictures: recorded ones, else runs of the inputs that `coldstart` and `reproduce` take.
  func runFinder() throws -> RunFinder {
    RunFinder(
      store: store, coldStart: try inputs(), endToEnd: try inputs(defaultSeed: WorkOptions.firstHeldOutSeed))
  }
}
