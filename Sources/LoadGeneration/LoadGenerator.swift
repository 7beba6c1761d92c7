import CCurl
import Glibc
import Quantities
import ServingModel
import WireProtocols

/// Sends requests when they are due, however long answers take, and measures what comes back.
///
/// One thread does everything. A request that is due goes out between two pieces of news from the sockets, and every
/// chunk is stamped first thing in libcurl's write callback, so what is measured is the server and not the client; how
/// late requests went out is part of every report.
///
/// - Source: the measurements of libcurl's interfaces in `DECISIONS.md`; definitions of TTFT and TPOT as elsewhere here.
public final class LoadGenerator {
  private let target: LoadTarget
  private let options: LoadOptions
  private let multi: CurlMulti
  private let headers: UnsafeMutablePointer<curl_slist>?
  private var idleHandles: [UnsafeMutableRawPointer] = []
  private var open: [Transfer] = []
  private var pending = PendingRequests()
  private var measurements: [RequestMeasurement] = []
  private var progress = LoadProgress()
  private var startedAt: Int64 = 0

  /// A generator for a target.
  ///
  /// - Throws: ``LoadError`` for an option that cannot be met, or when the system grants no sockets.
  public init(target: LoadTarget, options: LoadOptions = LoadOptions()) throws(LoadError) {
    guard options.timeScale > 0, options.timeScale.isFinite else {
      throw .badOption(name: "The time scale", value: "\(options.timeScale)", allowed: "a number above 0")
    }
    if let most = options.maxInFlight, most < 1 {
      throw .badOption(name: "The most requests in flight", value: "\(most)", allowed: "a whole number from 1")
    }
    guard options.retries >= 0 else {
      throw .badOption(name: "The number of retries", value: "\(options.retries)", allowed: "a whole number from 0")
    }
    self.target = target
    self.options = options
    multi = try CurlMulti()
    var list = curl_slist_append(nil, "Content-Type: application/json")
    list = curl_slist_append(list, "Expect:")
    if let key = target.apiKey { list = curl_slist_append(list, "Authorization: Bearer \(key)") }
    headers = list
    Self.raiseFileLimit()
  }

  deinit {
    for transfer in open {
      multi.remove(transfer.handle)
      curl_easy_cleanup(transfer.handle)
    }
    for handle in idleHandles { curl_easy_cleanup(handle) }
    curl_slist_free_all(headers)
  }

  /// Runs a load to its end, to the deadline or to an interruption.
  ///
  /// - Parameters:
  ///   - source: who sends what; it learns of the end of each request and may answer with more.
  ///   - report: called now and then with how far the run has come, and once at the end.
  /// - Throws: ``LoadError/unknownDeployment(request:deployment:count:)``.
  public func run(
    _ source: inout some LoadSource, report: (LoadProgress) -> Void = { _ in }
  ) throws(LoadError) -> LoadReport {
    startedAt = MonotonicClock.now()
    progress = LoadProgress()
    measurements = []
    try schedule(source.begin())
    let deadline = options.deadline.map { startedAt + $0.inWholeNanoseconds } ?? .max
    let interval = options.progressInterval.inWholeNanoseconds
    var nextReport = startedAt
    while pending.count > 0 || !open.isEmpty {
      sendDue()
      let now = MonotonicClock.now()
      if now >= deadline || options.isInterrupted() {
        cancelAll()
        break
      }
      if now >= nextReport {
        report(currentProgress(at: now))
        nextReport = now + interval
      }
      multi.wait(until: min(nextSend ?? .max, deadline, nextReport), between: sendDue)
      for record in reap() { try schedule(source.requestEnded(record, at: runTime(MonotonicClock.now()))) }
    }
    let end = MonotonicClock.now()
    report(currentProgress(at: end))
    return LoadReport(
      measurements: measurements.sorted { $0.request.id < $1.request.id }, elapsed: .nanoseconds(end - startedAt),
      options: options)
  }

  /// Time of the run at a reading of the clock.
  private func runTime(_ now: Int64) -> Timestamp {
    Timestamp(nanoseconds: Int64((Double(now - startedAt) * options.timeScale).rounded()))
  }

  private func schedule(_ requests: [ScheduledRequest]) throws(LoadError) {
    for scheduled in requests where !target.models.indices.contains(scheduled.request.deployment) {
      throw .unknownDeployment(
        request: scheduled.request.id, deployment: scheduled.request.deployment, count: target.models.count)
    }
    pending.add(
      requests.map { scheduled in
        let due = Int64((Double(scheduled.sendAt.nanoseconds) / options.timeScale).rounded())
        return PendingRequests.Item(request: scheduled.request, dueAt: due)
      })
  }

  /// When the next request goes out, by the clock; `nil` while there is none or as many are open as allowed.
  private var nextSend: Int64? {
    guard open.count < options.maxInFlight ?? .max, let next = pending.next else { return nil }
    return startedAt + next.dueAt
  }

  private func sendDue() {
    while let due = nextSend, due <= MonotonicClock.now() { send(pending.takeNext()) }
  }

  private func send(_ item: PendingRequests.Item) {
    let handle = idleHandles.popLast() ?? curl_easy_init()
    guard let handle else { return refuse(item) }
    let body = target.body(of: item.request)
    let due = Timestamp(nanoseconds: item.dueAt)
    var measurement = item.earlier ?? RequestMeasurement(request: item.request, scheduledAt: due, sentAt: due)
    if item.earlier != nil { measurement.attempts += 1 }
    let transfer = Transfer(
      handle: handle, interface: target.interface, measurement: measurement, startedAt: startedAt)
    configure(handle, body: body, transfer)
    transfer.slot = open.count
    open.append(transfer)
    if item.earlier == nil {
      transfer.measurement.sentAt = Timestamp(nanoseconds: MonotonicClock.now() - startedAt)
    }
    multi.add(handle)
  }

  /// The system has no memory for another transfer.
  private func refuse(_ item: PendingRequests.Item) {
    let now = Timestamp(nanoseconds: MonotonicClock.now() - startedAt)
    var measurement =
      item.earlier
      ?? RequestMeasurement(request: item.request, scheduledAt: Timestamp(nanoseconds: item.dueAt), sentAt: now)
    measurement.finishedAt = now
    measurement.errorLabel = "client - no handle"
    measurement.outcome = .failed("libcurl gave no handle.")
    progress.failed += 1
    measurements.append(measurement)
  }

  private func configure(_ handle: UnsafeMutableRawPointer, body: [UInt8], _ transfer: Transfer) {
    let me = Unmanaged.passUnretained(transfer).toOpaque()
    hydra_easy_set_text(handle, CURLOPT_URL, target.endpoint)
    hydra_easy_set_text(handle, CURLOPT_PROXY, "")  // what is measured is the server
    hydra_easy_set_long(handle, CURLOPT_NOSIGNAL, 1)
    hydra_easy_set_long(handle, CURLOPT_BUFFERSIZE, 4096)
    hydra_easy_set_long(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
    if target.isOnThisMachine {
      // Looking for an idle connection costs libcurl a walk over all open ones, and so does the end of a request whose
      // connection stays: with 2,000 streams far more than a new connection on loopback.
      hydra_easy_set_long(handle, CURLOPT_FRESH_CONNECT, 1)
      hydra_easy_set_long(handle, CURLOPT_FORBID_REUSE, 1)
    }
    hydra_easy_set_headers(handle, headers)
    hydra_easy_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
    body.withUnsafeBytes { bytes in
      _ = hydra_easy_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }
    if let limit = options.requestTimeout {
      hydra_easy_set_long(handle, CURLOPT_TIMEOUT_MS, max(1, Int(limit.inMilliseconds)))
    }
    hydra_easy_set_pointer(handle, CURLOPT_PRIVATE, me)
    hydra_easy_set_pointer(handle, CURLOPT_WRITEDATA, me)
    hydra_easy_set_write(handle) { bytes, size, count, me in
      let now = MonotonicClock.now()  // first of all: this is the measurement
      guard let me else { return 0 }
      Unmanaged<Transfer>.fromOpaque(me).takeUnretainedValue()
        .received(UnsafeRawBufferPointer(start: bytes, count: size * count), at: now)
      return size * count
    }
  }

  /// Takes the transfers that have ended out of the open ones; those to be tried again become pending.
  private func reap() -> [RequestRecord] {
    var ended: [(Transfer, CURLcode)] = []
    multi.reap { handle, result in
      var pointer: UnsafeMutableRawPointer?
      hydra_easy_get_pointer(handle, CURLINFO_PRIVATE, &pointer)
      if let pointer { ended.append((Unmanaged<Transfer>.fromOpaque(pointer).takeUnretainedValue(), result)) }
    }
    var records: [RequestRecord] = []
    for (transfer, result) in ended {
      transfer.ended(result, at: MonotonicClock.now())
      let pause = retryPause(transfer)
      close(transfer)
      if transfer.isRefused, !transfer.hasContent, transfer.measurement.attempts <= options.retries {
        let now = MonotonicClock.now() - startedAt
        pending.add([
          .init(request: transfer.measurement.request, dueAt: now + pause, earlier: transfer.measurement)
        ])
      } else {
        if transfer.measurement.outcome == .completed { progress.done += 1 } else { progress.failed += 1 }
        measurements.append(transfer.measurement)
        records.append(transfer.measurement.record(timeScale: options.timeScale))
      }
    }
    return records
  }

  /// What the server asks for with `Retry-After`, or our own pause.
  private func retryPause(_ transfer: Transfer) -> Int64 {
    var seconds: curl_off_t = 0
    hydra_easy_get_size(transfer.handle, CURLINFO_RETRY_AFTER, &seconds)
    return seconds > 0 ? Int64(seconds) * 1_000_000_000 : options.retryPause.inWholeNanoseconds
  }

  private func close(_ transfer: Transfer) {
    multi.remove(transfer.handle)
    curl_easy_reset(transfer.handle)
    idleHandles.append(transfer.handle)
    let last = open.removeLast()
    if last !== transfer {
      open[transfer.slot] = last
      last.slot = transfer.slot
    }
  }

  /// Gives up what is open; what was not sent is not measured.
  private func cancelAll() {
    let now = MonotonicClock.now() - startedAt
    while let transfer = open.last {
      transfer.measurement.finishedAt = Timestamp(nanoseconds: now)
      transfer.measurement.outcome = .unfinished
      measurements.append(transfer.measurement)
      close(transfer)
    }
    measurements += pending.removeAll().compactMap(\.earlier)
  }

  private func currentProgress(at now: Int64) -> LoadProgress {
    progress.running = open.count
    progress.waiting = pending.count
    progress.elapsed = .nanoseconds(now - startedAt)
    progress.lastSend = pending.lastDueAt.map { .nanoseconds($0) } ?? progress.lastSend
    return progress
  }

  /// Every open request takes a socket, and the usual limit is 1024.
  private static func raiseFileLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
