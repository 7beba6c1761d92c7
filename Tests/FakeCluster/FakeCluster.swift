import KubernetesClient
import Synchronization
import WireProtocols

/// A few objects behind the part of the API that deployment uses, for tests: list, watch, get, merge patch, apply, create,
/// delete and questions about permissions. What controllers of a cluster would do is a closure.
package final class FakeCluster: Sendable {
  /// What a controller makes of an object that has just changed; `nil` leaves it.
  package typealias Controller = @Sendable (_ path: String, _ object: JSON) -> JSON?

  private struct Watcher {
    let collection: String
    let send: @Sendable (String) -> Void
  }

  private struct State {
    var version = 100
    var objects: [String: JSON] = [:]
    var watchers: [Int: Watcher] = [:]
    var lastWatcher = 0
    var calls: [String] = []
    var conflictsLeft = 0
  }

  private let state = Mutex(State())
  private let denied: Set<String>
  private let controller: Controller

  /// A cluster.
  ///
  /// - Parameters:
  ///   - objects: what there is, by path.
  ///   - denied: what we may not do, for example `patch nodes`.
  package init(
    _ objects: [String: JSON], denied: Set<String> = [], controller: @escaping Controller = { _, _ in nil }
  ) {
    self.denied = denied
    self.controller = controller
    for path in objects.keys.sorted() { put(path, objects[path] ?? .null) }
  }

  /// Method and target of every call that changes something.
  package var changes: [String] { state.withLock { $0.calls.filter { !$0.hasPrefix("GET") } } }

  package func object(_ path: String) -> JSON? { state.withLock { $0.objects[path] } }

  /// Lets the next patches fail because somebody else was faster.
  package func conflict(_ times: Int) { state.withLock { $0.conflictsLeft = times } }

  /// Puts an object, as a controller or a user would.
  package func put(_ path: String, _ object: JSON) {
    let (text, watchers) = state.withLock { state -> (String, [Watcher]) in
      let isNew = state.objects[path] == nil
      state.version += 1
      let stored = object.merging(["metadata": ["resourceVersion": .string("\(state.version)")]])
      state.objects[path] = stored
      let event: JSON = ["type": isNew ? "ADDED" : "MODIFIED", "object": stored]
      return (event.text + "\n", Self.watchers(of: path, state))
    }
    for watcher in watchers { watcher.send(text) }
  }

  private static func watchers(of path: String, _ state: State) -> [Watcher] {
    state.watchers.keys.sorted().compactMap { state.watchers[$0] }.filter { path.hasPrefix($0.collection + "/") }
  }

  /// Answers a call that is no watch.
  package func answer(_ method: String, _ target: String, _ body: [UInt8]) -> (status: Int, text: String) {
    let parts = target.split(separator: "?", maxSplits: 1)
    let path = String(parts[0])
    let isTrial = parts.count > 1 && parts[1].contains("dryRun=All")
    state.withLock { $0.calls.append("\(method) \(target)") }
    let json = (try? JSON(parsing: body)) ?? .null
    if path.hasSuffix("selfsubjectaccessreviews") { return review(json) }
    switch method {
    case "GET": return read(path)
    case "POST": return change("\(path)/\(json["metadata"]?["name"]?.string ?? "")", json, isTrial)
    case "PATCH": return patch(path, json, isTrial)
    case "DELETE": return remove(path)
    default: return Self.refusal(405, "MethodNotAllowed", method)
    }
  }

  /// Begins a watch; the first thing to send is nothing, since it follows a list.
  ///
  /// - Returns: what ends it.
  package func watch(_ target: String, send: @escaping @Sendable (String) -> Void) -> @Sendable () -> Void {
    let collection = String(target.prefix { $0 != "?" })
    let from =
      target.split(whereSeparator: { $0 == "&" || $0 == "?" }).first { $0.hasPrefix("resourceVersion=") }
      .flatMap { Int($0.dropFirst("resourceVersion=".count)) } ?? 0
    let (number, missed) = state.withLock { state -> (Int, [String]) in
      state.lastWatcher += 1
      state.watchers[state.lastWatcher] = Watcher(collection: collection, send: send)
      let missed = state.objects.keys.sorted().filter { path in
        path.hasPrefix(collection + "/")
          && (state.objects[path]?["metadata"]?["resourceVersion"]?.string.flatMap { Int($0) } ?? 0) > from
      }
      return (
        state.lastWatcher,
        missed.map {
          JSON.object([.init("type", "MODIFIED"), .init("object", state.objects[$0] ?? .null)]).text + "\n"
        }
      )
    }
    for event in missed { send(event) }
    return { [self] in state.withLock { $0.watchers[number] = nil } }
  }

  private func review(_ question: JSON) -> (Int, String) {
    let attributes = question["spec"]?["resourceAttributes"]
    let part = attributes?["subresource"]?.string.map { "/\($0)" } ?? ""
    let asked = "\(attributes?["verb"]?.string ?? "") \(attributes?["resource"]?.string ?? "")\(part)"
    return (201, (["status": ["allowed": .bool(!denied.contains(asked))]] as JSON).text)
  }

  private func read(_ path: String) -> (Int, String) {
    state.withLock { state in
      if let object = state.objects[path] { return (200, object.text) }
      let isCollection = ["nodes", "pods", "jobs", "daemonsets", "deployments"].contains { path.hasSuffix("/\($0)") }
      guard isCollection else { return Self.refusal(404, "NotFound", "\(path) not found") }
      let items = state.objects.keys.sorted().filter { $0.hasPrefix(path + "/") }.compactMap { state.objects[$0] }
      let list: JSON = ["metadata": ["resourceVersion": .string("\(state.version)")], "items": .array(items)]
      return (200, list.text)
    }
  }

  private func patch(_ path: String, _ patch: JSON, _ isTrial: Bool) -> (Int, String) {
    let known = object(path)
    let wanted = patch["metadata"]?["resourceVersion"]?.string
    let isContended = state.withLock { state in
      guard wanted != nil, state.conflictsLeft > 0 else { return false }
      state.conflictsLeft -= 1
      return true
    }
    if isContended || wanted != nil && wanted != known?["metadata"]?["resourceVersion"]?.string {
      return Self.refusal(409, "Conflict", "the object has been modified")
    }
    return change(path, (known ?? .object([])).merging(patch), isTrial)
  }

  private func change(_ path: String, _ object: JSON, _ isTrial: Bool) -> (Int, String) {
    if !isTrial {
      put(path, object)
      if let reaction = controller(path, object) { put(path, reaction) }
    }
    return (200, object.text)
  }

  private func remove(_ path: String) -> (Int, String) {
    let (known, watchers) = state.withLock { state in
      (state.objects.removeValue(forKey: path), Self.watchers(of: path, state))
    }
    guard let known else { return Self.refusal(404, "NotFound", "\(path) not found") }
    let event: JSON = ["type": "DELETED", "object": known]
    for watcher in watchers { watcher.send(event.text + "\n") }
    return (200, "{}")
  }

  private static func refusal(_ status: Int, _ reason: String, _ message: String) -> (Int, String) {
    let json: JSON = [
      "kind": "Status", "code": .integer(Int64(status)), "reason": .string(reason), "message": .string(message),
    ]
    return (status, json.text)
  }
}

extension FakeCluster {
  /// A way to it without any socket.
  package var transport: KubernetesTransport {
    KubernetesTransport { [self] call in
      AsyncThrowingStream { continuation in
        if call.target.contains("watch=true") {
          continuation.yield(.head(status: 200, headers: []))
          let end = watch(call.target) { continuation.yield(.body(Array($0.utf8))) }
          continuation.onTermination = { _ in end() }
        } else {
          let (status, text) = answer(call.method.rawValue, call.target, call.body)
          continuation.yield(.head(status: status, headers: []))
          continuation.yield(.body(Array(text.utf8)))
          continuation.finish()
        }
      }
    }
  }

  /// A client of it, in real time.
  package func client() throws -> KubernetesClient {
    let config = try Kubeconfig(
      parsing: """
        current-context: x
        clusters: [{name: c, cluster: {server: "https://fake"}}]
        contexts: [{name: x, context: {cluster: c}}]
        """, path: "config")
    let none = PluginRunner(hasTerminal: false) { _, _, _ in [] }
    let access = try ClusterAccess(
      config, context: nil, in: .init(variables: [:], runner: none, secondsSince1970: { 0 }))
    return KubernetesClient(access: access, transport: transport)
  }
}
