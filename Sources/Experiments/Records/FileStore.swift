import FoundationEssentials
import Glibc

/// The few things done to files and folders, with errors that name the path and the system's reason.
package enum FileStore {
  /// Writes a file that appears under its name only when all of it is on disk.
  ///
  /// - Throws: ``ExperimentError/file(path:action:reason:)``.
  package static func write(_ text: String, to path: String) throws {
    let temporary = "\(path).partial-\(getpid())"
    do {
      try writeDirectly(text, to: temporary)
      try move(temporary, to: path)
    } catch ExperimentError.file(_, let action, let reason) {
      unlink(temporary)
      throw ExperimentError.file(path: path, action: action, reason: reason)
    }
  }

  /// Writes a file in place and waits until it is on disk; for files in a folder that is renamed as a whole.
  static func writeDirectly(_ text: String, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw ExperimentError.file(path: path, action: "write", reason: systemReason())
    }
    defer { close(descriptor) }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw ExperimentError.file(path: path, action: "write", reason: systemReason())
      }
      bytes = bytes.dropFirst(count)
    }
    guard fsync(descriptor) == 0 else {
      throw ExperimentError.file(path: path, action: "write", reason: systemReason())
    }
  }

  /// The text of a file.
  package static func read(_ path: String) throws -> String {
    String(decoding: try readBytes(path), as: UTF8.self)
  }

  /// The bytes of a file.
  static func readBytes(_ path: String) throws -> [UInt8] {
    do {
      return Array(try Data(contentsOf: URL(filePath: path)))
    } catch {
      throw ExperimentError.file(path: path, action: "read", reason: reason(for: path))
    }
  }

  /// Whether there is something of that name. What cannot be looked at counts, so that reading it gives the reason.
  package static func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR)
  }

  /// Makes a folder and those above it.
  package static func makeFolder(_ path: String) throws {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + part
      guard mkdir(made, 0o755) == 0 || errno == EEXIST else {
        throw ExperimentError.file(path: path, action: "make the folder", reason: systemReason())
      }
    }
  }

  /// Gives a file or folder another name, in one step that either happens or does not.
  static func move(_ path: String, to newPath: String) throws {
    guard rename(path, newPath) == 0 else {
      throw ExperimentError.file(path: newPath, action: "write", reason: systemReason())
    }
  }

  /// Holds a lock while something is done. An exclusive holder keeps everybody out, another one only exclusive holders.
  ///
  /// The lock is a file that the first exclusive holder makes and that stays. The system takes the lock away from a
  /// process that dies, so a killed run never blocks the next one.
  static func locked<Value>(_ path: String, exclusive: Bool, _ body: () throws -> Value) throws -> Value {
    let descriptor = exclusive ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644) : open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0, !exclusive, errno == ENOENT { return try body() }  // nobody has ever written here
    guard descriptor >= 0 else {
      throw ExperimentError.file(path: path, action: "lock", reason: systemReason())
    }
    defer { close(descriptor) }
    while flock(descriptor, exclusive ? LOCK_EX : LOCK_SH) != 0 {
      guard errno == EINTR else { throw ExperimentError.file(path: path, action: "lock", reason: systemReason()) }
    }
    return try body()
  }

  /// Takes a lock for as long as the process lives, whose number is written into the file.
  ///
  /// - Returns: whether nobody else has it.
  package static func lockForLife(_ path: String) throws -> Bool {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw ExperimentError.file(path: path, action: "lock", reason: systemReason()) }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EINTR { continue }
      close(descriptor)
      return false
    }
    let number = Array("\(getpid())\n".utf8)
    guard ftruncate(descriptor, 0) == 0, Glibc.write(descriptor, number, number.count) == number.count else {
      throw ExperimentError.file(path: path, action: "write", reason: systemReason())
    }
    return true
  }

  /// The process that has taken a lock for life; `nil` where nobody has.
  package static func holderOfLock(_ path: String) throws -> Int32? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
    return Int32(try read(path).prefix { $0 != "\n" })
  }

  /// Removes a file of our own; nothing happens where there is none.
  static func removeFile(_ path: String) {
    unlink(path)
  }

  /// Removes a folder of our own with what is in it, as far as that is possible.
  package static func removeFolder(_ path: String) {
    for name in names(in: path) {
      let item = "\(path)/\(name)"
      if unlink(item) != 0 { removeFolder(item) }
    }
    rmdir(path)
  }

  /// Names in a folder, sorted; none when there is no such folder.
  static func names(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Why a file cannot be read, as far as the system says.
  private static func reason(for path: String) -> String {
    access(path, R_OK) == 0 ? "it is not a readable file" : systemReason()
  }

  private static func systemReason() -> String {
    String(cString: strerror(errno))
  }
}

/// The text of a file of the user's.
func readText(_ path: String) throws -> String {
  try FileStore.read(path)
}
