import Experiments
import Glibc
import Synchronization

/// A file that lines are added to, each in one piece.
final class LineWriter: Sendable {
  private let descriptor: Int32
  private let path: String
  private let failure = Mutex<(any Error)?>(nil)

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
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw ExperimentError.file(path: path, action: "write", reason: String(cString: strerror(errno)))
      }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Adds text for somebody who cannot stop when it fails; after a failure nothing more is added.
  func addOrNote(_ text: String) {
    failure.withLock { failure in
      guard failure == nil else { return }
      do {
        try add(text)
      } catch {
        failure = error
      }
    }
  }

  /// Tells of a failure that was noted.
  ///
  /// - Throws: ``ExperimentError``, the first failure.
  func check() throws {
    if let failure = failure.withLock({ $0 }) { throw failure }
  }
}
