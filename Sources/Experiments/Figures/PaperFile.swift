import ServingModel

/// The file of the paper's own numbers of a figure in a folder of results.
struct PaperFile {
  /// The number of the figure.
  let figure: Int
  /// The folder of results.
  let results: String

  private var path: String {
    "\(results)/paper/figure\(figure).json"
  }

  /// Whether there is such a file.
  var exists: Bool {
    FileStore.exists(path)
  }

  /// The content of the file.
  ///
  /// - Throws: ``ExperimentError`` when the file is missing or is not the paper's figure.
  func read<Content: Decodable>(_ type: Content.Type) throws -> Content {
    try JSONText.read(type, from: path, expected: expected)
  }

  /// A system by its name in the file.
  func system(_ name: String) throws -> ServingSystem {
    guard let system = ServingSystem(rawValue: name) else { throw malformed }
    return system
  }

  /// A share in per cent as the file has it.
  func percent(_ value: Double) throws -> Double {
    guard (0...100).contains(value) else { throw malformed }
    return value
  }

  /// What is thrown for a file that says something which the paper's figure does not.
  var malformed: ExperimentError {
    .malformed(path: path, line: 1, expected: expected)
  }

  private var expected: String {
    "the paper's numbers of Figure \(figure)"
  }
}
