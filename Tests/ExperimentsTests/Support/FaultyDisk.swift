import Glibc
import Synchronization

@testable import Experiments

/// A disk on which one step of a sequence goes wrong, counted from 0.
final class FaultyDisk: Sendable {
  enum Fault {
    /// The process dies in the middle of the step: a file is half written, a folder half removed, and nothing that
    /// follows happens.
    case death
    /// The step fails, for example because the disk is full; those that follow are carried out.
    case failure
  }

  /// What a step throws that does not happen.
  struct Broken: Error {}

  private let fault: Fault
  private let faultyStep: Int
  private let steps = Mutex(0)

  init(_ fault: Fault, at step: Int) {
    self.fault = fault
    self.faultyStep = step
  }

  /// Whether the faulty step was reached.
  var hasStruck: Bool {
    steps.withLock { $0 > faultyStep }
  }

  var writer: FolderWriter {
    FolderWriter(
      makeFolder: { path in try self.step { try FolderWriter.live.makeFolder(path) } },
      writeFile: { text, path in
        try self.step(half: { try FolderWriter.live.writeFile(String(text.prefix(text.count / 2)), path) }) {
          try FolderWriter.live.writeFile(text, path)
        }
      },
      move: { path, newPath in try self.step { try FolderWriter.live.move(path, newPath) } },
      removeFolder: { path in
        // Removal cannot fail for its caller: what is left over stays.
        self.stepOfRemoval(first: FileStore.names(in: path).first.map { "\(path)/\($0)" }, path: path)
      })
  }

  private func step(half: () throws -> Void = {}, _ body: () throws -> Void) throws {
    let number = next()
    if number == faultyStep {
      try half()
      throw Broken()
    }
    if number > faultyStep, fault == .death { throw Broken() }
    try body()
  }

  private func stepOfRemoval(first: String?, path: String) {
    let number = next()
    if number == faultyStep {
      if let first { unlink(first) }
    } else if number < faultyStep || fault == .failure {
      FolderWriter.live.removeFolder(path)
    }
  }

  private func next() -> Int {
    steps.withLock { step in
      defer { step += 1 }
      return step
    }
  }
}
