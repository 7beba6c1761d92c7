import Glibc
import NIOCore
import WireProtocols

extension APIServer {
  func get(_ request: APIRequest, _ type: ResourceType, _ answer: APIAnswer) throws(APIStatus) {
    guard let object = store.get(type, request.namespace ?? "", request.name ?? "") else {
      throw .notFound(type, request.name ?? "")
    }
    if request.subresource == "scale" { return answer.send(200, Scale.json(of: object, type)) }
    if request.wantsTable {
      return answer.send(200, table(type, request).json(of: [object], version: "\(object.resourceVersion)"))
    }
    answer.send(200, object.json)
  }

  func list(_ request: APIRequest, _ type: ResourceType, _ answer: APIAnswer) throws(APIStatus) {
    let filter = try request.filter(type)
    let page = try page(request, type, filter)
    var metadata: JSON = ["resourceVersion": .string("\(page.revision)")]
    if let token = page.token { metadata.set(.string(token), at: "continue") }
    if page.token != nil, filter.labels == .everything, filter.fields == .everything {
      metadata.set(.integer(Int64(page.remaining)), at: "remainingItemCount")
    }
    if request.wantsTable {
      var json = table(type, request).json(of: Array(page.objects), version: "\(page.revision)")
      json.set(metadata, at: "metadata")
      return answer.send(200, json)
    }
    // Elements of a list do not name their kind, as on the real server.
    let items = page.objects.map { object in
      JSON.object(object.json.members.filter { $0.name != "kind" && $0.name != "apiVersion" })
    }
    answer.send(
      200,
      [
        "kind": .string("\(type.kind)List"), "apiVersion": .string(type.apiVersion), "metadata": metadata,
        "items": .array(items),
      ])
  }

  private func page(
    _ request: APIRequest, _ type: ResourceType, _ filter: ObjectFilter
  ) throws(APIStatus) -> ListPages.Page {
    let limit = request.query["limit"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    if let token = request.query["continue"], !token.isEmpty {
      return try pages.next(token, limit: limit, now: writer.clock.seconds)
    }
    if let asked = request.query["resourceVersion"].flatMap({ Int($0) }), asked > 0 {
      if asked > store.revision { throw .versionTooLarge(asked, current: store.revision) }
      if request.query["resourceVersionMatch"] == "Exact", asked < store.revision {
        throw .expired("The resourceVersion for the provided list is too old.")
      }
    }
    return pages.first(
      store.list(type, filter), revision: store.revision, limit: limit, now: writer.clock.seconds)
  }

  func table(_ type: ResourceType, _ request: APIRequest) -> TableRendering {
    TableRendering(
      type: type, now: writer.clock.seconds,
      object: TableRendering.RowObject(rawValue: request.query["includeObject"] ?? "") ?? .metadata)
  }

  // MARK: Logs

  func sendLog(_ request: APIRequest, _ answer: APIAnswer) throws(APIStatus) {
    let (namespace, name) = (request.namespace ?? "", request.name ?? "")
    guard let pod = store.get(.pod, namespace, name) else { throw .notFound(.pod, name) }
    let containers = pod.spec["containers"]?.elements.compactMap { $0["name"]?.string } ?? []
    if let container = request.query["container"], !containers.contains(container) {
      throw .badRequest("container \(container) is not valid for pod \(name)")
    }
    let state = pod.status["containerStatuses"]?.elements.first?["state"]
    if let reason = state?.at("waiting", "reason")?.string {
      throw .badRequest(
        "container \"\(containers.first ?? "")\" in pod \"\(name)\" is waiting to start: \(reason)")
    }
    let log = PodLogReader(
      path: logFile(namespace, name), lines: request.query["tailLines"].flatMap { Int($0) },
      bytes: request.query["limitBytes"].flatMap { Int($0) })
    guard request.query.isTrue("follow") else {
      return answer.send(200, log.all(), contentType: "text/plain")
    }
    follow(log, of: pod.uid, namespace, name, answer)
  }

  /// Sends a log and what is added to it until the pod has ended.
  private func follow(
    _ log: PodLogReader, of uid: String, _ namespace: String, _ name: String, _ answer: APIAnswer
  ) {
    let responder = answer.responder
    responder.begin(200, contentType: "text/plain")
    responder.write(log.all())
    let server = NIOLoopBound(self, eventLoop: eventLoop)
    let reader = NIOLoopBoundBox(log, eventLoop: eventLoop)
    let task = eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(100)) { task in
      let pod = server.value.store.get(.pod, namespace, name)
      responder.write(reader.value.added())
      guard pod?.uid != uid || ["Succeeded", "Failed"].contains(pod?.status["phase"]?.string) else { return }
      task.cancel()
      responder.finish()
    }
    let box = NIOLoopBound(task, eventLoop: eventLoop)
    responder.whenGone { box.value.cancel() }
  }
}

/// Reads the log of a pod's container from its file.
struct PodLogReader {
  private let path: String?
  private let lines: Int?
  private let bytes: Int?
  private var offset = 0

  /// - Parameters:
  ///   - path: the file; no log without.
  ///   - lines: only so many lines at the end.
  ///   - bytes: only so many bytes at the beginning.
  init(path: String?, lines: Int?, bytes: Int?) {
    self.path = path
    self.lines = lines
    self.bytes = bytes
    offset = read(from: 0).count
  }

  /// What is in the log, as far as it is asked for.
  func all() -> [UInt8] {
    var text = Array(read(from: 0).prefix(offset))
    if let lines {
      let ends = text.dropLast().indices.filter { text[$0] == UInt8(ascii: "\n") }
      if lines <= 0 { text = [] } else if ends.count >= lines { text.removeFirst(ends[ends.count - lines] + 1) }
    }
    return Array(text.prefix(bytes ?? text.count))
  }

  /// What has been added since.
  mutating func added() -> [UInt8] {
    let new = read(from: offset)
    offset += new.count
    return new
  }

  private func read(from start: Int) -> [UInt8] {
    guard let path, case let file = open(path, O_RDONLY | O_CLOEXEC), file >= 0 else { return [] }
    defer { close(file) }
    lseek(file, off_t(start), SEEK_SET)
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = Glibc.read(file, &buffer, buffer.count), count > 0 { result += buffer.prefix(count) }
    return result
  }
}
