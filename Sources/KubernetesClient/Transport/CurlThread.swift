import CCurl
import Glibc

/// The thread of a ``CurlLoop``: it owns the handles and hands on what they receive.
final class CurlThread {
  private let endpoint: ClusterEndpoint
  private let mailbox: CurlMailbox
  private let multi: UnsafeMutableRawPointer?
  private var transfers: [Int: CurlTransfer] = [:]
  private var numbers: [UnsafeMutableRawPointer: Int] = [:]

  private static let isInitialised = hydra_global_init() == CURLE_OK
  /// The thread is woken when there is work, so this only bounds how late libcurl's own timers can be.
  private static let longestSleepMilliseconds: Int32 = 1000

  init(_ endpoint: ClusterEndpoint, _ mailbox: CurlMailbox) {
    self.endpoint = endpoint
    self.mailbox = mailbox
    multi = Self.isInitialised ? curl_multi_init() : nil
  }

  deinit {
    transfers = [:]
    if let multi { curl_multi_cleanup(multi) }
  }

  func run() {
    Self.ignoreBrokenPipes()
    while true {
      let work = mailbox.take()
      for order in work.started { begin(order) }
      for number in work.cancelled { drop(number) }
      if work.isClosing { break }
      guard let multi else { continue }
      var running: Int32 = 0
      curl_multi_perform(multi, &running)
      reap(multi)
      _ = hydra_multi_poll(multi, mailbox.counter, Self.longestSleepMilliseconds)
    }
    for number in transfers.keys.sorted() {
      transfers[number]?.report(.failure(TransportFailure(.broken, "the client was closed")))
      drop(number)
    }
  }

  /// TLS writes to connections that the server may have closed; the signal would end the program.
  private static func ignoreBrokenPipes() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  private func begin(_ order: CurlMailbox.Order) {
    guard let multi, let transfer = CurlTransfer(order.call, to: endpoint, report: order.report) else {
      return order.report(.failure(TransportFailure(.notConnected, "libcurl has no memory for a call")))
    }
    transfers[order.number] = transfer
    numbers[transfer.handle] = order.number
    curl_multi_add_handle(multi, transfer.handle)
  }

  private func drop(_ number: Int) {
    guard let transfer = transfers.removeValue(forKey: number) else { return }
    numbers[transfer.handle] = nil
    if let multi { curl_multi_remove_handle(multi, transfer.handle) }
  }

  private func reap(_ multi: UnsafeMutableRawPointer) {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle,
        let number = numbers[handle], let transfer = transfers[number]
      else { continue }
      transfer.ended(message.pointee.data.result)
      drop(number)
    }
  }
}
