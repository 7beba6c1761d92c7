/// The paper's own numbers of Figure 13, from `results/paper/figure13.json`.
///
/// Its bars carry no models' names, so they cannot be matched with ours one by one.
public struct PaperFigure13: Sendable {
  /// The two bars of a model of the paper's figure.
  public struct Model: Hashable, Sendable {
    /// The application.
    public let application: String
    /// TPOT with HydraServe / with Serverless vLLM.
    public let tpotRatio: Double
    /// Cost with HydraServe / with Serverless vLLM.
    public let costRatio: Double
  }

  private struct Content: Decodable {
    struct Entry: Decodable {
      let application: String
      let tpotRatio: Double
      let costRatio: Double

      enum CodingKeys: String, CodingKey {
        case application
        case tpotRatio = "tpot_ratio"
        case costRatio = "cost_ratio"
      }
    }

    let models: [Entry]
  }

  /// The models, in the order of the paper's bars.
  public let models: [Model]

  /// Whether a folder of results holds the paper's numbers.
  public static func exists(in results: String) -> Bool {
    PaperFile(figure: 13, results: results).exists
  }

  /// The paper's numbers as they are kept in a folder of results.
  ///
  /// - Throws: ``ExperimentError`` when the file is missing or is not the paper's figure.
  public init(results: String) throws {
    let file = PaperFile(figure: 13, results: results)
    models = try file.read(Content.self).models.map { entry in
      guard entry.tpotRatio > 0, entry.costRatio > 0 else { throw file.malformed }
      return Model(application: entry.application, tpotRatio: entry.tpotRatio, costRatio: entry.costRatio)
    }
    guard !models.isEmpty else { throw file.malformed }
  }
}
