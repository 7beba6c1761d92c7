import Experiments
import Glibc
import Synchronization

/// A file that lines are added to, each in one piece.
final class LineWriter: Sendable {
  private let descriptor: Int32
  private let path: String

  /// Begins an empty file.
  init(path: String) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw ExperimentError.file(path: path, action: "write", reason: String(cString: strerror(errno)))
    }
  }

  deinit {
    close(descriptor)
  }

  /// Adds text that ends with a line's end.
  func add(_ text: String) throws {
    let bytes = Array(text.utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count else {
      throw ExperimentError.file(path: path, action: "write", reason: String(cString: strerror(errno)))
    }
  }
}
