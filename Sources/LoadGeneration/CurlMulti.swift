import CCurl
import Glibc

/// libcurl's multi interface on epoll: it tells which transfers have ended and calls back with their bytes, on one thread.
///
/// `curl_multi_socket_action` costs a third of `curl_multi_poll` with 2,000 transfers, and stamps are a hundred times
/// better, because only sockets with news are touched.
final class CurlMulti {
  private let multi: UnsafeMutableRawPointer
  private let epoll: Int32
  private let timer: Int32
  /// When libcurl wants to be called without news, by the monotonic clock.
  private var curlDueAt: Int64?
  private var armedAt: Int64 = 0
  /// The latest news: sockets and what happened to them.
  private var sockets = [Int32](repeating: 0, count: eventsAtOnce)
  private var events = [UInt32](repeating: 0, count: eventsAtOnce)

  private static let isInitialised = hydra_global_init() == CURLE_OK
  private static let eventsAtOnce = 64

  init() throws(LoadError) {
    guard Self.isInitialised, let multi = curl_multi_init() else {
      throw .systemRefused(what: "libcurl's initialisation", reason: "curl_global_init or curl_multi_init failed")
    }
    self.multi = multi
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    timer = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC) | Int32(TFD_NONBLOCK))
    guard epoll >= 0, timer >= 0, hydra_epoll_watch(epoll, timer, UInt32(EPOLLIN.rawValue)) == 0 else {
      throw .systemRefused(what: "an epoll instance or a timer", reason: String(cString: strerror(errno)))
    }
    let me = Unmanaged.passUnretained(self).toOpaque()
    hydra_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, me)
    hydra_multi_set_pointer(multi, CURLMOPT_TIMERDATA, me)
    hydra_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 65536)
    hydra_multi_set_socket(multi) { _, socket, what, me, _ in
      guard let me else { return 0 }
      Unmanaged<CurlMulti>.fromOpaque(me).takeUnretainedValue().watch(socket, what)
      return 0
    }
    hydra_multi_set_timer(multi) { _, milliseconds, me in
      guard let me else { return 0 }
      let multi = Unmanaged<CurlMulti>.fromOpaque(me).takeUnretainedValue()
      multi.curlDueAt = milliseconds < 0 ? nil : MonotonicClock.now() + Int64(milliseconds) * 1_000_000
      return 0
    }
  }

  deinit {
    curl_multi_cleanup(multi)
    close(timer)
    close(epoll)
  }

  func add(_ handle: UnsafeMutableRawPointer) {
    curl_multi_add_handle(multi, handle)
    kick()
  }

  func remove(_ handle: UnsafeMutableRawPointer) {
    curl_multi_remove_handle(multi, handle)
  }

  /// Waits for news until `time`, and handles it; between two pieces of news, `between` is called.
  func wait(until time: Int64, between: () -> Void) {
    arm(min(time, curlDueAt ?? .max))
    let count = hydra_epoll_wait(epoll, &sockets, &events, Int32(Self.eventsAtOnce))
    for index in 0..<Int(max(count, 0)) {
      guard sockets[index] != timer else {
        var expirations: UInt64 = 0
        read(timer, &expirations, 8)
        armedAt = 0
        continue
      }
      var running: Int32 = 0
      curl_multi_socket_action(multi, sockets[index], Self.action(of: events[index]), &running)
      between()
    }
    if let due = curlDueAt, due <= MonotonicClock.now() { kick() }
  }

  /// Calls `ended` for every transfer that has ended since.
  func reap(_ ended: (_ handle: UnsafeMutableRawPointer, _ result: CURLcode) -> Void) {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
      ended(handle, message.pointee.data.result)
    }
  }

  private func kick() {
    curlDueAt = nil
    var running: Int32 = 0
    curl_multi_socket_action(multi, Self.noSocket, 0, &running)
  }

  /// What libcurl takes for "no socket, only time" (`CURL_SOCKET_TIMEOUT`).
  private static let noSocket: Int32 = -1

  private static func action(of events: UInt32) -> Int32 {
    var action: Int32 = 0
    if events & UInt32(EPOLLIN.rawValue) != 0 { action |= CURL_CSELECT_IN }
    if events & UInt32(EPOLLOUT.rawValue) != 0 { action |= CURL_CSELECT_OUT }
    if events & UInt32(EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { action |= CURL_CSELECT_ERR }
    return action
  }

  private func watch(_ socket: Int32, _ what: Int32) {
    switch what {
    case CURL_POLL_REMOVE: hydra_epoll_forget(epoll, socket)
    case CURL_POLL_IN: hydra_epoll_watch(epoll, socket, UInt32(EPOLLIN.rawValue))
    case CURL_POLL_OUT: hydra_epoll_watch(epoll, socket, UInt32(EPOLLOUT.rawValue))
    default: hydra_epoll_watch(epoll, socket, UInt32(EPOLLIN.rawValue | EPOLLOUT.rawValue))
    }
  }

  /// A timer wakes to the nanosecond, where epoll's own limit counts whole milliseconds.
  private func arm(_ time: Int64) {
    guard time != armedAt else { return }
    armedAt = time
    let moment = max(time, 1)
    var setting = itimerspec()
    if time < .max {
      setting.it_value = timespec(tv_sec: Int(moment / 1_000_000_000), tv_nsec: Int(moment % 1_000_000_000))
    }
    timerfd_settime(timer, Int32(TFD_TIMER_ABSTIME), &setting, nil)
  }
}
