import ArgumentParser
import Glibc

/// A file that nobody but its owner can read, not even for a moment.
enum OwnersFile {
  /// Writes a file in the place of one that may be there.
  ///
  /// - Throws: an error of misuse when it cannot be written.
  static func write(_ text: String, to path: String) throws {
    unlink(path)
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw ValidationError("The file \(path) cannot be written (\(String(cString: strerror(errno)))); choose another.")
    }
    defer { close(file) }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      guard count > 0 else {
        throw ValidationError("The file \(path) cannot be written (\(String(cString: strerror(errno)))); make room.")
      }
      bytes = bytes.dropFirst(count)
    }
  }
}
