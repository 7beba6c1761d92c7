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

  private struct File: Decodable {
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

  private static func path(in results: String) -> String {
    "\(results)/paper/figure7.json"
  }

  /// Whether a folder of results holds the paper's numbers.
  public static func exists(in results: String) -> Bool {
    FileStore.exists(path(in: results))
  }

  /// The paper's numbers as they are kept in a folder of results.
  ///
  /// - Throws: ``ExperimentError`` when the file is missing or is not the paper's figure.
  public init(results: String) throws {
    let path = Self.path(in: results)
    let file = try JSONText.read(File.self, from: path, expected: "the paper's numbers of Figure 7")
    points = try file.points.map { entry in
      guard let system = ServingSystem(rawValue: entry.system) else {
        throw ExperimentError.malformed(path: path, line: 1, expected: "the paper's numbers of Figure 7")
      }
      return Point(system: system, backend: entry.backend, model: entry.model, ttftSeconds: entry.ttft)
    }
  }

  /// The paper's TTFT of a bar; `nil` where the paper has none.
  public func ttftSeconds(_ system: ServingSystem, backend: String, model: String) -> Double? {
    points.first { $0.system == system && $0.backend == backend && $0.model == model }?.ttftSeconds
  }
}
