import HTTPServing
import WireProtocols

/// What a request is about, in the terms of the API; what fault plans and access rules see.
public struct APIRequest: Sendable {
  /// How many requests came before it.
  public let number: Int
  /// What is to be done: `get`, `list`, `watch`, `create`, `update`, `patch`, `delete` or `deletecollection`.
  public let verb: String
  /// The kind; `nil` for a path that is no kind's.
  public let type: ResourceType?
  /// The namespace, if the path names one.
  public let namespace: String?
  /// The object, if the path names one.
  public let name: String?
  /// The part of an object, for example `status` or `log`.
  public let subresource: String?
  /// The path.
  public let path: String
  /// The media type of the body, which tells one kind of patch from another.
  public let contentType: String
  let method: String
  let query: QueryString
  let accept: String
  let agent: String
  let token: String?
  let body: [UInt8]
  /// The subprotocols of WebSocket that are offered; `nil` when the request is none for that.
  let subprotocols: [String]?

  init(_ request: HTTPRequest, number: Int) {
    self.number = number
    // Some clients end every path with a slash.
    path = request.path.count > 1 && request.path.hasSuffix("/") ? String(request.path.dropLast()) : request.path
    method = request.method
    query = QueryString(request.query)
    body = request.body
    subprotocols = request.wantsWebSocket ? request.subprotocols : nil
    contentType = Self.mediaType(request.header("content-type"))
    accept = request.header("accept") ?? ""
    agent = request.header("user-agent") ?? ""
    let words = (request.header("authorization") ?? "").split(separator: " ", maxSplits: 1)
    token = words.count == 2 && words[0].lowercased() == "bearer" ? String(words[1]) : nil
    let place = Self.place(of: request.path)
    type = place?.type
    namespace = place?.namespace
    name = place?.name
    subresource = place?.subresource
    verb = Self.verb(request.method, isCollection: place?.name == nil, isWatch: query.isTrue("watch"))
  }

  private static func mediaType(_ header: String?) -> String {
    String((header ?? "").prefix { $0 != ";" }).lowercased()
  }

  private static func verb(_ method: String, isCollection: Bool, isWatch: Bool) -> String {
    switch method {
    case "GET", "HEAD": isWatch && isCollection ? "watch" : isCollection ? "list" : "get"
    case "POST": "create"
    case "PUT": "update"
    case "PATCH": "patch"
    case "DELETE": isCollection ? "deletecollection" : "delete"
    default: method.lowercased()
    }
  }

  private struct Place {
    let type: ResourceType
    var namespace: String?
    var name: String?
    var subresource: String?
  }

  private static func place(of path: String) -> Place? {
    var steps = path.split(separator: "/").map { QueryString.decoded($0) }[...]
    let group: String
    switch steps.popFirst() {
    case "api": group = ""
    case "apis":
      guard let name = steps.popFirst() else { return nil }
      group = name
    default: return nil
    }
    guard steps.popFirst() == "v1", !steps.isEmpty else { return nil }
    var namespace: String?
    if steps.first == "namespaces", steps.count > 2, !["status", "finalize"].contains(steps[steps.startIndex + 2]) {
      namespace = steps[steps.startIndex + 1]
      steps = steps.dropFirst(2)
    }
    guard steps.count <= 3, let type = ResourceType.named(steps[steps.startIndex], in: group),
      type.isNamespaced || namespace == nil
    else { return nil }
    let rest = Array(steps.dropFirst())
    return Place(
      type: type, namespace: namespace, name: rest.first, subresource: rest.count > 1 ? rest[1] : nil)
  }

  /// The manager of the fields that the request changes.
  var manager: String {
    if let name = query["fieldManager"], !name.isEmpty { return name }
    let program = String(agent.prefix { $0 != "/" })
    return program.isEmpty ? "unknown" : program
  }

  /// Whether only the outcome is asked for.
  ///
  /// - Throws: a status 422 for another way to run dry than the one there is.
  func isDryRun() throws(APIStatus) -> Bool {
    guard let value = query["dryRun"] else { return false }
    guard value == "All" else {
      var status = APIStatus(
        422, "Invalid", "Options \"\" is invalid: dryRun: Invalid value: \"\(value)\": supported values: \"All\"")
      status.causes = [.invalid("dryRun", value, "supported values: \"All\"")]
      throw status
    }
    return true
  }

  /// What a list or watch lets through.
  ///
  /// - Throws: a status 400 for a selector that is none.
  func filter(_ type: ResourceType) throws(APIStatus) -> ObjectFilter {
    var filter = ObjectFilter(namespace: namespace)
    if let text = query["labelSelector"], !text.isEmpty { filter.labels = try LabelSelector(parsing: text) }
    if let text = query["fieldSelector"], !text.isEmpty {
      filter.fields = try FieldSelector(parsing: text, for: type)
    }
    return filter
  }

  /// Whether a table is wanted, as kubectl prints it.
  var wantsTable: Bool {
    accept.contains("as=Table")
  }
}
