import WireProtocols

/// An answer that tells of failure or of a deletion: a `Status` object, worded as the API server words it.
public struct APIStatus: Error, Hashable, Sendable {
  /// One of the things that is wrong.
  public struct Cause: Hashable, Sendable {
    /// The kind of wrong.
    public let reason: String
    /// What is wrong, for people.
    public let message: String
    /// Where.
    public let field: String?
  }

  /// The HTTP status.
  public var code: Int
  /// The kind of failure, in a word for programs.
  public var reason: String
  /// What failed, for people.
  public var message: String
  /// The group of the kind that it is about.
  public var group: String?
  /// The kind that it is about, in the plural, except for invalid objects.
  public var kind: String?
  /// The object that it is about.
  public var name: String?
  /// What is wrong in detail.
  public var causes: [Cause] = []
  /// When to try again.
  public var retryAfterSeconds: Int?

  init(_ code: Int, _ reason: String, _ message: String, about type: ResourceType? = nil, name: String? = nil) {
    self.code = code
    self.reason = reason
    self.message = message
    self.group = type?.group
    self.kind = type?.plural
    self.name = name
  }

  /// The object that is sent.
  public var json: JSON {
    var details: JSON = .object([])
    if let name, !name.isEmpty { details.set(.string(name), at: "name") }
    if let group, !group.isEmpty { details.set(.string(group), at: "group") }
    if let kind { details.set(.string(kind), at: "kind") }
    if !causes.isEmpty {
      let list = causes.map { cause -> JSON in
        var json: JSON = ["reason": .string(cause.reason), "message": .string(cause.message)]
        if let field = cause.field { json.set(.string(field), at: "field") }
        return json
      }
      details.set(.array(list), at: "causes")
    }
    if let retryAfterSeconds { details.set(.integer(Int64(retryAfterSeconds)), at: "retryAfterSeconds") }
    var json: JSON = [
      "kind": "Status", "apiVersion": "v1", "metadata": .object([]), "status": "Failure", "message": .string(message),
      "reason": .string(reason),
    ]
    if !details.members.isEmpty { json.set(details, at: "details") }
    json.set(.integer(Int64(code)), at: "code")
    return json
  }

  static func notFound(_ type: ResourceType, _ name: String) -> APIStatus {
    APIStatus(404, "NotFound", "\(type.qualified) \"\(name)\" not found", about: type, name: name)
  }

  /// Nothing is served at the path.
  static let noSuchPath = APIStatus(404, "NotFound", "the server could not find the requested resource")

  static func alreadyExists(_ type: ResourceType, _ name: String) -> APIStatus {
    APIStatus(409, "AlreadyExists", "\(type.qualified) \"\(name)\" already exists", about: type, name: name)
  }

  static func conflict(_ type: ResourceType, _ name: String, _ why: String) -> APIStatus {
    APIStatus(
      409, "Conflict", "Operation cannot be fulfilled on \(type.qualified) \"\(name)\": \(why)", about: type, name: name
    )
  }

  /// The object has been changed since the version that the request is based on.
  static func modified(_ type: ResourceType, _ name: String) -> APIStatus {
    conflict(
      type, name, "the object has been modified; please apply your changes to the latest version and try again")
  }

  static func badRequest(_ message: String) -> APIStatus {
    APIStatus(400, "BadRequest", message)
  }

  static func invalid(_ type: ResourceType, _ name: String, _ causes: [Cause]) -> APIStatus {
    let list = causes.map { "\($0.field.map { "\($0): " } ?? "")\($0.message)" }
    let text = list.count == 1 ? list[0] : "[\(list.joined(separator: ", "))]"
    var status = APIStatus(422, "Invalid", "\(type.qualifiedKind) \"\(name)\" is invalid: \(text)", name: name)
    status.group = type.group
    status.kind = type.kind
    status.causes = causes
    return status
  }

  /// What was to be read has been forgotten.
  static func expired(_ message: String) -> APIStatus {
    APIStatus(410, "Expired", message)
  }

  /// A version that has not been reached yet.
  static func versionTooLarge(_ asked: Int, current: Int) -> APIStatus {
    var status = APIStatus(504, "Timeout", "Too large resource version: \(asked), current: \(current)")
    status.causes = [Cause(reason: "ResourceVersionTooLarge", message: "Too large resource version", field: nil)]
    status.retryAfterSeconds = 1
    return status
  }

  static let unauthorized = APIStatus(401, "Unauthorized", "Unauthorized")

  static let methodNotAllowed = APIStatus(
    405, "MethodNotAllowed", "the server does not allow this method on the requested resource")

  static func unsupportedMediaType(_ given: String, allowed: [String]) -> APIStatus {
    APIStatus(
      415, "UnsupportedMediaType",
      "the body of the request was in an unknown format - accepted media types include: "
        + allowed.joined(separator: ", "))
  }
}

extension APIStatus.Cause {
  static func invalid(_ field: String, _ value: String, _ why: String) -> Self {
    Self(reason: "FieldValueInvalid", message: "Invalid value: \"\(value)\": \(why)", field: field)
  }

  static func required(_ field: String, _ why: String = "") -> Self {
    Self(reason: "FieldValueRequired", message: "Required value\(why.isEmpty ? "" : ": \(why)")", field: field)
  }

  static func forbidden(_ field: String, _ why: String) -> Self {
    Self(reason: "FieldValueForbidden", message: "Forbidden: \(why)", field: field)
  }
}
