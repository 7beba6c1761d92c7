import Foundation

/// A folder of a test's own, removed at the end.
struct ScratchFolder: Sendable {
  let path: String

  static func with<Output>(_ body: (ScratchFolder) throws -> Output) throws -> Output {
    let folder = try make()
    let result = Result { try body(folder) }
    try FileManager.default.removeItem(atPath: folder.path)
    return try result.get()
  }

  static func with<Output>(_ body: (ScratchFolder) async throws -> Output) async throws -> Output {
    let folder = try make()
    let result: Result<Output, any Error>
    do {
      result = .success(try await body(folder))
    } catch {
      result = .failure(error)
    }
    try FileManager.default.removeItem(atPath: folder.path)
    return try result.get()
  }

  private static func make() throws -> ScratchFolder {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("experiments-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return ScratchFolder(path: url.path)
  }

  /// Every file below the folder, sorted, with its path from there.
  func files() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path).sorted().filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder) && !isFolder.boolValue
    }
  }

  func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").sorted()
  }

  func exists(_ file: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/\(file)")
  }

  func text(_ file: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(file)")), as: UTF8.self)
  }

  /// Writes a file, in folders that are made if need be.
  @discardableResult
  func write(_ text: String, to file: String) throws -> String {
    let url = URL(fileURLWithPath: "\(path)/\(file)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
    return url.path
  }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
  }

  func move(_ name: String, to newName: String) throws {
    try FileManager.default.moveItem(atPath: "\(path)/\(name)", toPath: "\(path)/\(newName)")
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: "\(path)/\(name)")
  }

  func copy(from source: String, to name: String) throws {
    try makeFolder((name as NSString).deletingLastPathComponent)
    try FileManager.default.copyItem(atPath: source, toPath: "\(path)/\(name)")
  }
}
