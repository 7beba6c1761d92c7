import WireProtocols
import YAMLReading

/// The objects in the bodies of requests, in JSON or YAML.
enum RequestBody {
  /// The object of a body.
  ///
  /// - Throws: a status 400 when there is none, 415 for a form that is not served.
  static func object(_ request: APIRequest) throws(APIStatus) -> JSON {
    switch request.contentType {
    case "", "application/json", "application/x-www-form-urlencoded", "*/*": return try json(request.body)
    case "application/yaml", "application/apply-patch+yaml": return try yaml(request.body)
    case "application/vnd.kubernetes.protobuf":
      if let json = ProtobufBody.object(request.body) { return json }
      fallthrough
    default:
      throw .unsupportedMediaType(request.contentType, allowed: ["application/json", "application/yaml"])
    }
  }

  static func json(_ bytes: [UInt8]) throws(APIStatus) -> JSON {
    do {
      let json = try JSON(parsing: bytes)
      guard case .null = json else { return json }
      throw APIStatus.badRequest("the body of the request is empty")
    } catch let status as APIStatus {
      throw status
    } catch {
      throw .badRequest("the object provided is unrecognized (must be of type Kind): \(error)")
    }
  }

  /// YAML, of which JSON is a part.
  static func yaml(_ bytes: [UInt8]) throws(APIStatus) -> JSON {
    if let first = bytes.first(where: { !" \n\r\t".utf8.contains($0) }), first == UInt8(ascii: "{") {
      return try json(bytes)
    }
    do {
      return JSON(try YAMLParser.parse(String(decoding: bytes, as: UTF8.self), file: "body"))
    } catch {
      throw .badRequest("error decoding YAML: \(error)")
    }
  }
}

extension JSON {
  /// The same value as a piece of YAML.
  fileprivate init(_ node: YAMLNode) {
    switch node.content {
    case .sequence(let elements): self = .array(elements.map { JSON($0) })
    case .mapping(let entries): self = .object(entries.map { Member($0.key, JSON($0.value)) })
    case .scalar(let scalar):
      switch scalar.kind {
      case .null: self = .null
      case .bool(let value): self = .bool(value)
      case .integer(let isNegative, let digits, let radix):
        self = Int64((isNegative ? "-" : "") + digits, radix: radix).map { .integer($0) } ?? .string(scalar.text)
      case .float(let value): self = .number(value)
      case .text: self = .string(scalar.text)
      }
    }
  }
}
