/// What a folder of results keeps between two commands: the labels of the nodes, the server that was started, and the
/// lock that those who write hold.
package struct StateFolder: Sendable {
  private let path: String

  /// The state of a folder of results.
  package init(results: String) {
    self.path = "\(results)/\(RecordStore.Shelf.runs.rawValue)/state"
  }

  /// The path of one of its files.
  package func path(of file: String) -> String {
    "\(path)/\(file)"
  }

  /// Makes the folder if need be.
  package func make() throws {
    try FileStore.makeFolder(path)
  }

  /// Reads something while nobody writes; where nothing was ever written, there is no lock to hold.
  func whileReading<Value>(_ body: () throws -> Value) throws -> Value {
    try FileStore.locked(path(of: Self.lock), exclusive: false, body)
  }

  /// Writes something while nobody else does; makes the folder if need be.
  func whileWriting<Value>(_ body: () throws -> Value) throws -> Value {
    try FileStore.makeFolder(path)
    return try FileStore.locked(path(of: Self.lock), exclusive: true, body)
  }

  private static let lock = "lock"
}
