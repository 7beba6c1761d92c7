import HTTPServing
import NIOCore
import WireProtocols

/// Answers requests as the Kubernetes API server does; it lives on the server's event loop.
final class APIServer {
  /// What the server needs of the kubelet: what a pod's container has said.
  typealias PodLog = (_ namespace: String, _ pod: String) -> String?
  /// What the server needs of the kubelet: what comes of a command in a pod's container.
  typealias PodExecution = (_ words: [String], _ namespace: String, _ pod: String) -> PodCommandOutcome

  let store: ObjectStore
  let writer: ObjectWriter
  let access: APIAccess
  let version: APIVersion
  let eventLoop: any EventLoop
  var pages = ListPages()
  /// The file of a pod's log.
  var logFile: PodLog = { _, _ in nil }
  /// Runs a command in a pod.
  var execution: PodExecution = { _, _, _ in .failed("there is no kubelet") }
  /// What goes wrong with requests.
  var faults: FaultPlan?
  /// How often a watch that wants bookmarks gets one.
  var bookmarkInterval = TimeAmount.seconds(10)
  private var requests = 0
  private var streams: [ObjectIdentifier: WatchStream] = [:]

  init(
    store: ObjectStore, writer: ObjectWriter, access: APIAccess, version: APIVersion, eventLoop: any EventLoop
  ) {
    self.store = store
    self.writer = writer
    self.access = access
    self.version = version
    self.eventLoop = eventLoop
  }

  /// Answers a request, now or later.
  func handle(_ http: HTTPRequest, _ responder: HTTPResponder) {
    let request = APIRequest(http, number: requests)
    requests += 1
    let answer = APIAnswer(responder: responder, faults: faults?(request) ?? [])
    let certificate = http.peer.map { APIAccess.User($0.commonName, groups: $0.organizations) }
    for case .delays(let span) in answer.faults {
      let server = NIOLoopBound(self, eventLoop: eventLoop)
      let bound = NIOLoopBound((answer, certificate), eventLoop: eventLoop)
      eventLoop.scheduleTask(in: TimeAmount(span)) {
        server.value.answer(request, bound.value.0, certificate: bound.value.1)
      }
      return
    }
    self.answer(request, answer, certificate: certificate)
  }

  private func answer(_ request: APIRequest, _ answer: APIAnswer, certificate: APIAccess.User?) {
    for fault in answer.faults {
      switch fault {
      case .closes: return answer.responder.abort()
      case .fails(let code, let reason, let message, let retryAfterSeconds):
        var status = APIStatus(code, reason, message)
        status.retryAfterSeconds = retryAfterSeconds
        return answer.send(status)
      default: break
      }
    }
    do throws(APIStatus) {
      if ["/healthz", "/livez", "/readyz"].contains(request.path) {
        return answer.send(200, Array("ok".utf8), contentType: "text/plain")
      }
      if request.path == "/version" { return answer.send(200, version.json) }
      let user = try access.user(token: request.token, certificate: certificate)
      guard let type = request.type else { return try answerPath(request, answer) }
      try access.check(user, request)
      try answerResource(request, type, user, answer)
    } catch {
      answer.send(error)
    }
  }

  private func answerPath(_ request: APIRequest, _ answer: APIAnswer) throws(APIStatus) {
    if let openAPI = OpenAPIDocuments.answer(request) {
      return answer.send(200, openAPI.body, contentType: openAPI.contentType)
    }
    guard let json = Discovery.answer(request.path) else { throw .noSuchPath }
    guard request.method == "GET" || request.method == "HEAD" else { throw .methodNotAllowed }
    answer.send(200, json)
  }

  private func answerResource(
    _ request: APIRequest, _ type: ResourceType, _ user: APIAccess.User, _ answer: APIAnswer
  ) throws(APIStatus) {
    if type.isReview {
      guard request.verb == "create" else { throw .methodNotAllowed }
      return answer.send(201, try review(request, user))
    }
    try checkSubresource(request, type)
    switch request.verb {
    case "get" where request.subresource == "log": try sendLog(request, answer)
    case "get" where request.subresource == "exec", "create" where request.subresource == "exec":
      try execute(request, answer)
    case "get": try get(request, type, answer)
    case "list": try list(request, type, answer)
    case "watch": try watch(request, type, answer)
    case "create": try create(request, type, answer)
    case "update": try replace(request, type, answer)
    case "patch": try patch(request, type, answer)
    case "delete": try delete(request, type, answer)
    case "deletecollection": try deleteCollection(request, type, answer)
    default: throw .methodNotAllowed
    }
  }

  private func checkSubresource(_ request: APIRequest, _ type: ResourceType) throws(APIStatus) {
    switch request.subresource {
    case nil: break
    case "status" where type.hasStatus: break
    case "log" where type == .pod && request.verb == "get": break
    case "exec" where type == .pod && ["get", "create"].contains(request.verb): break
    case "eviction" where type == .pod && request.verb == "create": break
    case "binding" where type == .pod && request.verb == "create": break
    case "scale" where ["deployments", "replicasets"].contains(type.plural): break
    case "finalize" where type == .namespace && request.verb == "update": break
    default: throw .noSuchPath
    }
  }

  /// Answers whether the user may do something.
  private func review(_ request: APIRequest, _ user: APIAccess.User) throws(APIStatus) -> JSON {
    var json = try RequestBody.object(request)
    let wanted = json.at("spec", "resourceAttributes") ?? .object([])
    let subresource = wanted["subresource"]?.string ?? ""
    let namespace = wanted["namespace"]?.string ?? ""
    let action = APIAccess.Action(
      verb: wanted["verb"]?.string ?? "",
      resource: (wanted["resource"]?.string ?? "") + (subresource.isEmpty ? "" : "/\(subresource)"),
      namespace: namespace.isEmpty ? nil : namespace)
    json.set(["allowed": .bool(access.allows(user, action))], at: "status")
    json.set(.string(ResourceType.accessReview.kind), at: "kind")
    json.set(.string(ResourceType.accessReview.apiVersion), at: "apiVersion")
    return json
  }

  // MARK: Watches

  func add(_ stream: WatchStream) {
    streams[ObjectIdentifier(stream)] = stream
  }

  func remove(_ stream: WatchStream) {
    streams[ObjectIdentifier(stream)] = nil
  }

  /// Ends all watches, as the server does when it stops or a test wants it.
  func endWatches() {
    for stream in streams.values { stream.finish() }  // in any order: each ends on its own
  }
}

/// The version of Kubernetes that the server says it is.
public struct APIVersion: Hashable, Sendable {
  /// The minor version; the major one is 1.
  public let minor: Int

  /// Version 1 with a minor version.
  public init(minor: Int) {
    self.minor = minor
  }

  var json: JSON {
    [
      "major": "1", "minor": .string("\(minor)"), "gitVersion": .string("v1.\(minor).0"),
      "gitCommit": "0000000000000000000000000000000000000000", "gitTreeState": "clean",
      "buildDate": "1970-01-01T00:00:00Z", "goVersion": "none", "compiler": "swift", "platform": "linux/amd64",
    ]
  }
}
