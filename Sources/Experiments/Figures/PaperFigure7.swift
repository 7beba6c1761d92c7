import ServingModel

/// The paper's own numbers of Figure 7, from `results/paper/figure7.json`.
public struct PaperFigure7: Sendable {
  /// One bar of the paper's figure.
  public struct Point: Hashable, Sendable {
    /// The serving system.
    public let system: ServingSystem
    /// The backend.
    public let backend: String
    /// The model's identifier.
    public let model: String
    /// TTFT in seconds.
    public let ttftSeconds: Double
  }

  private struct Content: Decodable {
    struct Entry: Decodable {
      let system: String
      let backend: String
      let model: String
      let ttft: Double

      enum CodingKeys: String, CodingKey {
        case backend, model
        case system = "exec_type"
        case ttft = "ttft_s"
      }
    }

    let points: [Entry]
  }

  /// All bars in the order of the file.
  public let points: [Point]

  /// Whether a folder of results holds the paper's numbers.
  public static func exists(in results: String) -> Bool {
    PaperFile(figure: 7, results: results).exists
  }

  /// The paper's numbers as they are kept in a folder of results.
  ///
  /// - Throws: ``ExperimentError`` when the file is missing or is not the paper's figure.
  public init(results: String) throws {
    let file = PaperFile(figure: 7, results: results)
    points = try file.read(Content.self).points.map { entry in
      Point(
        system: try file.system(entry.system), backend: entry.backend, model: entry.model, ttftSeconds: entry.ttft)
    }
  }

  /// The paper's TTFT of a bar; `nil` where the paper has none.
  public func ttftSeconds(_ system: ServingSystem, backend: String, model: String) -> Double? {
    points.first { $0.system == system && $0.backend == backend && $0.model == model }?.ttftSeconds
  }
}
