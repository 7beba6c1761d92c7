import Glibc

/// Files that are read whole, up to a limit, so that a hostile path cannot fill the memory.
enum SmallFile {
  /// The content of a file.
  ///
  /// - Throws: ``KubeconfigError``.
  static func read(_ path: String, limit: Int) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw KubeconfigError.unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw KubeconfigError.unreadable(path: path, reason: String(cString: strerror(errno)))
      }
      guard count > 0 else { return content }
      content += piece[..<count]
      guard content.count <= limit else { throw KubeconfigError.tooLarge(path: path, limit: limit) }
    }
  }

  /// Whether there is something at a path.
  static func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0
  }
}
