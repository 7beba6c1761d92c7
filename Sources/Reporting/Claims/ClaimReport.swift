import Experiments

/// Every claim of the paper that the figures support, and those that only a real cluster can support.
public struct ClaimReport: Sendable {
  /// The claims, figure by figure.
  public let claims: [Claim]

  /// Claims that nothing here can check, each as a sentence.
  public static let needRealCluster = [
    "Absolute TTFT, TPOT and attainment on A10 and V100 GPUs: run the experiments on such a cluster and bring the logs "
      + "with `import-logs`; the figures then show them as measured.",
    "What consolidation and the migration of a KV cache cost on real GPUs and links: here both are modelled.",
    "Cost in money: here it is GPU memory × time, as in Figure 13-b.",
    "How the time per output token is spread over models (Figure 13-a): the simulation is known to be too narrow, since "
      + "it lacks the noise of real runs (docs/fidelity.md), so only the mean is checked.",
    "Every figure and table of the paper besides Figures 7, 9, 11 and 13: not re-created.",
  ]

  /// The claims, from the results that the figures take.
  ///
  /// - Parameters:
  ///   - store: the folder of results.
  ///   - configuration: what the models are called.
  ///   - allowPaper: whether the paper's numbers fill gaps; what rests on them is not checked.
  /// - Throws: ``ExperimentError`` when the paper's numbers are missing or a result cannot be read.
  public init(store: RecordStore, configuration: Configuration, allowPaper: Bool) throws {
    let paper = try PaperClaims(results: store.folder)
    let attainment = AttainmentClaims(
      statements: paper, figure9: AttainmentTable(try PaperAttainment(figure9: store.folder)),
      figure11: AttainmentTable(try PaperAttainment(figure11: store.folder)))
    claims =
      ColdStartClaims(
        statements: paper, paper: try PaperFigure7(results: store.folder),
        figure: try Self.drawn { try Figure7(store: store, configuration: configuration, allowPaper: allowPaper) }
      ).claims
      + attainment.ofFigure9(try Self.drawn { try Figure9(store: store, allowPaper: allowPaper) })
      + attainment.ofFigure11(try Self.drawn { try Figure11(store: store, allowPaper: allowPaper) })
      + RatioClaims(
        statements: paper, paper: try PaperFigure13(results: store.folder),
        figure: try Self.drawn { try Figure13(store: store, allowPaper: allowPaper) }
      ).claims
  }

  /// A figure, or that there is nothing to draw.
  private static func drawn<Figure>(_ body: () throws -> Figure) throws -> Result<Figure, ExperimentError> {
    do {
      return .success(try body())
    } catch let error as ExperimentError {
      guard case .nothingToDraw = error else { throw error }
      return .failure(error)
    }
  }

  /// Whether something was checked and everything that was checked holds.
  public var holds: Bool {
    claims.contains { $0.verdict == .holds } && !claims.contains { $0.verdict == .fails }
  }

  /// How many claims hold, fail and were not checked.
  public var counts: (holding: Int, failing: Int, unchecked: Int) {
    let holding = claims.count { $0.verdict == .holds }
    let failing = claims.count { $0.verdict == .fails }
    return (holding, failing, claims.count - holding - failing)
  }

  /// One line: how many claims hold.
  public var summary: String {
    let (holding, failing, unchecked) = counts
    let skipped = unchecked == 0 ? "" : ", \(unchecked) not checked"
    return
      "\(holding) of \(holding + failing) checked claims hold\(skipped); \(Self.needRealCluster.count) need a real "
      + "cluster or are not re-created."
  }

  /// The commands that make all results, each once, with the minutes of a first run.
  public var commands: [(command: String, human: Int, machine: Int)] {
    claims.map(\.command).uniqued().compactMap { command in
      claims.first { $0.command == command }.map { (command, $0.minutes.human, $0.minutes.machine) }
    }
  }
}
