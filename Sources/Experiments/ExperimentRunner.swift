/// Runs settings of one experiment and keeps their results.
public protocol ExperimentRunner: Sendable {
  /// What is run.
  associatedtype Run: ExperimentRun

  /// Where results go.
  var store: RecordStore { get }
  /// What the runs are made of.
  var inputs: RunInputs { get }
  /// Which build of which program makes them.
  var build: String { get }

  /// Runs a setting, without keeping anything.
  ///
  /// - Throws: ``UsageError`` for a setting that cannot be run, ``ExperimentError`` when the run fails.
  func run(_ setting: Run.Setting) throws -> Run
}

/// What speaks for running a setting, or for keeping the result that it has.
public enum RunDecision: Hashable, Sendable {
  /// There is no result, or it was made of something else; why, in a few words.
  case run(reason: String)
  /// A result of the same inputs is there.
  case keep
  /// A result that was measured on a real cluster is there; no simulation takes its place unasked.
  case keepMeasured
}

extension ExperimentRunner {
  /// Whether a setting has to be run.
  ///
  /// - Parameter image: the image that would run it, whose own results are kept, too; `nil` for this machine.
  /// - Throws: ``ExperimentError`` when there is a result that is not ours to read.
  public func decision(
    on setting: Run.Setting, shelf: RecordStore.Shelf, image: String? = nil
  ) throws -> RunDecision {
    guard let stored = try store.result(of: setting, on: shelf) else { return .run(reason: "not run yet") }
    guard stored.source != .measured else { return .keepMeasured }
    guard stored.inputHash == inputs.hash(of: setting) else {
      return .run(reason: "configuration, seed, rules or version changed")
    }
    guard shelf == .precomputed || stored.build == build || (image != nil && stored.image == image) else {
      return .run(reason: "made by another build or program")
    }
    return .keep
  }
}
