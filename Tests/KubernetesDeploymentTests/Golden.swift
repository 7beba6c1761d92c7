import Foundation
import Testing

/// Compares a text with the one kept in `Golden/`; `RECORD_GOLDEN=1` rewrites the file and fails, so the diff is read.
enum Golden {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
    "Golden")

  static func expect(_ text: String, isIn file: String) throws {
    let url = folder.appendingPathComponent(file)
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
      Issue.record("\(file) was rewritten; read its diff and run again without RECORD_GOLDEN")
      return
    }
    let recorded = String(decoding: try Data(contentsOf: url), as: UTF8.self)
    #expect(text == recorded, "the text differs from Golden/\(file); RECORD_GOLDEN=1 rewrites it")
  }
}
