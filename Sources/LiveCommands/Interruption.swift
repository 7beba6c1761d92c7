import Glibc
import Synchronization

/// Whether the user or the system has asked the program to stop.
enum Interruption {
  private static let flag = Atomic(false)

  /// Whether SIGINT or SIGTERM came.
  static var happened: Bool { flag.load(ordering: .relaxed) }

  /// Lets the first SIGINT or SIGTERM ask the program to stop; another ends it at once.
  static func watch() {
    _ = happened  // makes the flag before a signal needs it
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in Interruption.flag.store(true, ordering: .relaxed) }
    action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
    sigaction(SIGINT, &action, nil)
    sigaction(SIGTERM, &action, nil)
  }
}
