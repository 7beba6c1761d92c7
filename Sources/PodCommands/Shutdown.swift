import Dispatch
import Glibc
import NIOPosix

/// The end of a program that serves until it is told to stop.
package enum Shutdown {
  /// Waits for SIGINT or SIGTERM, and with `withParent` also for the end of standard input, which a launcher holds open
  /// as long as it lives.
  package static func wait(withParent: Bool) async {
    let (ends, ended) = AsyncStream.makeStream(of: Void.self)
    var sources: [any DispatchSourceSignal] = []
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { ended.yield() }
      source.resume()
      sources.append(source)
    }
    if withParent {
      Task {
        try await NIOThreadPool.singleton.runIfActive {
          var byte: UInt8 = 0
          while read(STDIN_FILENO, &byte, 1) > 0 || errno == EINTR {}
        }
        ended.yield()
      }
    }
    for await _ in ends { break }
    for source in sources { source.cancel() }
  }
}
