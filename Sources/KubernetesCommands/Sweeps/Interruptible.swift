import ArgumentParser
import Dispatch
import Glibc
import Synchronization

/// Work that SIGINT and SIGTERM end in good order.
enum Interruptible {
  /// Runs something; the first SIGINT or SIGTERM ends it, clears away and exits with 130, another exits at once.
  ///
  /// - Throws: what `body` throws, and `ExitCode` after an interruption.
  static func run(
    _ body: @escaping @Sendable () async throws -> Void, onInterruption clearAway: @Sendable () async throws -> Void
  ) async throws {
    let work = Task(operation: body)
    let interruptions = Atomic(0)
    var sources: [any DispatchSourceSignal] = []
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)  // the source sees it all the same
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if interruptions.add(1, ordering: .relaxed).newValue > 1 { exit(code) }
        work.cancel()
      }
      source.resume()
      sources.append(source)
    }
    defer { for source in sources { source.cancel() } }
    let outcome = await work.result
    guard interruptions.load(ordering: .relaxed) > 0 else { return try outcome.get() }
    try await clearAway()
    throw ExitCode(code)
  }

  /// What shells give a program that an interruption has ended.
  private static let code: Int32 = 130
}
