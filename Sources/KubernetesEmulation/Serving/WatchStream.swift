import HTTPServing
import NIOCore
import WireProtocols

/// One watch: a stream of events in lines of JSON; it lives on the server's event loop.
final class WatchStream {
  private let type: ResourceType
  private let filter: ObjectFilter
  private let answer: APIAnswer
  private let server: APIServer
  private var table: TableRendering?
  private let wantsBookmarks: Bool
  private var watcher: Int?
  private var tasks: [Scheduled<Void>] = []
  private var bookmarks: RepeatedTask?
  private var sent = 0
  private var hasEnded = false

  init(
    _ type: ResourceType, _ filter: ObjectFilter, table: TableRendering?, wantsBookmarks: Bool, _ answer: APIAnswer,
    server: APIServer
  ) {
    self.type = type
    self.filter = filter
    self.table = table
    self.wantsBookmarks = wantsBookmarks
    self.answer = answer
    self.server = server
  }

  /// Begins the stream with what has happened since a version, or with all there is.
  func start(since revision: Int?, timeout: TimeAmount) {
    answer.responder.begin(200, contentType: "application/json")
    server.add(self)
    let stream = NIOLoopBound(self, eventLoop: server.eventLoop)
    answer.responder.whenGone { stream.value.end() }
    fail(after: server.store.revision)
    guard !hasEnded else { return }
    if let revision {
      guard let changes = server.store.shelf(type).changes(since: revision) else { return expire(revision) }
      for change in changes { tell(change) }
    } else {
      for object in server.store.list(type, filter) { send("ADDED", object, object.json.bytes) }
    }
    guard !hasEnded else { return }
    watcher = server.store.shelf(type).watch { [unowned self] in tell($0) }
    tasks.append(server.eventLoop.scheduleTask(in: timeout) { stream.value.finish() })
    guard wantsBookmarks else { return }
    let interval = server.bookmarkInterval
    bookmarks = server.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
      stream.value.sendBookmark()
    }
  }

  private func tell(_ change: ObjectChange) {
    guard let kind = change.seen(through: filter) else { return }
    // Somebody from whose sight an object goes gets it as it was last seen, with the version of the change.
    if kind == .deleted, change.kind != .deleted, var last = change.previous {
      last.json.set(.string("\(change.revision)"), at: "metadata", "resourceVersion")
      return send("DELETED", last, last.json.bytes)
    }
    send(kind.rawValue, change.object, change.bytes)
  }

  private func send(_ kind: String, _ object: KubernetesObject, _ bytes: [UInt8]) {
    guard !hasEnded else { return }
    var body = bytes
    if let rows = table {
      body = rows.json(of: [object], version: "\(object.resourceVersion)").bytes
      table?.showsColumns = false
    }
    write(kind, body)
    sent += 1
    if answer.faults.contains(.repeatsEvent(sent)) { write(kind, body) }
    fail(after: object.resourceVersion)
  }

  /// Ends the stream if that is planned after so many events.
  private func fail(after revision: Int) {
    if answer.faults.contains(.endsWatch(afterEvents: sent)) { finish() }
    if answer.faults.contains(.expiresWatch(afterEvents: sent)) { expire(revision) }
  }

  private func write(_ kind: String, _ object: [UInt8]) {
    var line = Array("{\"type\":\"\(kind)\",\"object\":".utf8)
    line += object
    line += "}\n".utf8
    for case .cuts(let count) in answer.faults {
      answer.responder.write(Array(line.prefix(count)))
      end()
      return answer.responder.abort()
    }
    answer.responder.write(line)
  }

  private func sendBookmark() {
    let bookmark: JSON = [
      "kind": .string(type.kind), "apiVersion": .string(type.apiVersion),
      "metadata": ["resourceVersion": .string("\(server.store.revision)"), "creationTimestamp": .null],
    ]
    write("BOOKMARK", bookmark.bytes)
  }

  /// Says that a version is too old, and ends.
  private func expire(_ revision: Int) {
    guard !hasEnded else { return }
    write("ERROR", APIStatus.expired("too old resource version: \(revision) (\(server.store.revision))").json.bytes)
    finish()
  }

  /// Ends the stream as one that is complete.
  func finish() {
    guard !hasEnded else { return }
    end()
    answer.responder.finish()
  }

  private func end() {
    hasEnded = true
    for task in tasks { task.cancel() }
    bookmarks?.cancel()
    if let watcher { server.store.shelf(type).endWatch(watcher) }
    server.remove(self)
  }
}

extension APIServer {
  func watch(_ request: APIRequest, _ type: ResourceType, _ answer: APIAnswer) throws(APIStatus) {
    let filter = try request.filter(type)
    if request.query["sendInitialEvents"] != nil {
      var status = APIStatus(
        422, "Invalid",
        "ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch "
          + "unless the WatchList feature gate is enabled")
      status.causes = [.forbidden("sendInitialEvents", "the WatchList feature gate is not enabled")]
      throw status
    }
    let text = request.query["resourceVersion"] ?? ""
    guard text.isEmpty || Int(text) != nil else {
      throw .badRequest(
        "resourceVersion: Invalid value: \"\(text)\": strconv.ParseUint: parsing \"\(text)\": invalid syntax")
    }
    let revision = Int(text).flatMap { $0 > 0 ? $0 : nil }
    if let revision, revision > store.revision { throw .versionTooLarge(revision, current: store.revision) }
    let seconds = request.query["timeoutSeconds"].flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil } ?? 1800
    let stream = WatchStream(
      type, filter, table: request.wantsTable ? table(type, request) : nil,
      wantsBookmarks: request.query.isTrue("allowWatchBookmarks"), answer, server: self)
    stream.start(since: revision, timeout: .seconds(min(seconds, 86_400)))
  }
}
