/// A result of an end-to-end setting that a figure uses, and where it was found.
public struct FoundEndToEnd: Hashable, Sendable {
  /// Where it was found.
  public let origin: PointOrigin
  /// One summary a seed, at least one.
  public let seeds: [EndToEndSummary]

  /// A result of one or several seeds.
  ///
  /// - Precondition: there is at least one seed.
  public init(origin: PointOrigin, seeds: [EndToEndSummary]) {
    precondition(!seeds.isEmpty, "a result has a seed")
    self.origin = origin
    self.seeds = seeds
  }
}

/// Finds the result of a setting; `nil` where there is none.
public typealias EndToEndLookup = (EndToEndSetting) throws -> FoundEndToEnd?

extension RecordStore {
  /// The result of a setting that figures use: the user's own run, else the precomputed one.
  ///
  /// - Throws: ``ExperimentError`` when there is one that is not ours to read.
  public func found(_ setting: EndToEndSetting) throws -> FoundEndToEnd? {
    if let run = try endToEnd(setting, on: .runs) {
      return FoundEndToEnd(origin: .run(run.source), seeds: run.seeds)
    }
    return try endToEnd(setting, on: .precomputed).map {
      FoundEndToEnd(origin: .precomputed($0.source), seeds: $0.seeds)
    }
  }
}
