import Foundation

/// A folder of a test's own, removed at the end.
struct ScratchFolder {
  let path: String

  static func with<Output>(_ body: (ScratchFolder) throws -> Output) throws -> Output {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("plotting-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let result = Result { try body(ScratchFolder(path: url.path)) }
    try FileManager.default.removeItem(at: url)
    return try result.get()
  }

  /// The names of the files in the folder, sorted.
  func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  func read(_ file: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(file)")))
  }

  func text(_ file: String) throws -> String {
    String(decoding: try read(file), as: UTF8.self)
  }

  func write(_ text: String, to file: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(file)"))
  }
}
