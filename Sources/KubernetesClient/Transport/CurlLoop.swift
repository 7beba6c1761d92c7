import CCurl
import Glibc
import Synchronization

/// libcurl's multi interface on a thread of its own: all calls and watches of one server share its connections.
///
/// Handles never leave the thread; others put orders into a mailbox and wake it, so a call begins and ends at once
/// although the thread sleeps.
final class CurlLoop: Sendable {
  /// A piece of the answer, its end (`nil`), or why there is none.
  typealias Report = @Sendable (Result<HTTPNews?, TransportFailure>) -> Void

  private let mailbox: CurlMailbox

  init(_ endpoint: ClusterEndpoint) throws {
    let mailbox = try CurlMailbox()
    self.mailbox = mailbox
    try OwnThread.start { CurlThread(endpoint, mailbox).run() }
  }

  deinit {
    mailbox.put { $0.isClosing = true }
  }

  /// Begins a call; `report` is called on the loop's thread.
  ///
  /// - Returns: its number, to cancel it by.
  func start(_ call: HTTPCall, _ report: @escaping Report) -> Int {
    mailbox.put { work in
      work.lastNumber += 1
      work.started.append(CurlMailbox.Order(number: work.lastNumber, call: call, report: report))
      return work.lastNumber
    }
  }

  /// Ends a call without another report; does nothing when it has ended.
  func cancel(_ number: Int) {
    mailbox.put { $0.cancelled.append(number) }
  }
}

/// What others want of a ``CurlThread``.
final class CurlMailbox: Sendable {
  struct Order: Sendable {
    let number: Int
    let call: HTTPCall
    let report: CurlLoop.Report
  }

  struct Work: Sendable {
    var started: [Order] = []
    var cancelled: [Int] = []
    var isClosing = false
    var lastNumber = 0
  }

  /// The descriptor that has news when there is work.
  let counter: Int32
  private let work = Mutex(Work())

  init() throws {
    counter = hydra_event_counter()
    guard counter >= 0 else {
      throw TransportFailure(.notConnected, "the system gives no descriptor: \(String(cString: strerror(errno)))")
    }
  }

  deinit {
    close(counter)
  }

  func put<Value: Sendable>(_ body: @Sendable (inout Work) -> Value) -> Value {
    let value = work.withLock { body(&$0) }
    var one: UInt64 = 1
    write(counter, &one, 8)
    return value
  }

  /// Takes what there is.
  func take() -> Work {
    var count: UInt64 = 0
    read(counter, &count, 8)
    return work.withLock { work in
      let all = work
      work.started = []
      work.cancelled = []
      return all
    }
  }
}
