import WireProtocols

/// The published schema of the server, as far as kubectl needs one: every kind is there, its fields are not described.
///
/// kubectl looks up kinds before it validates (version 2, which it reads as protobuf) and asks whether a kind's patches
/// take `fieldValidation` (version 3); with neither it refuses to apply.
enum OpenAPIDocuments {
  struct Answer {
    let body: [UInt8]
    let contentType: String
  }

  static func answer(_ request: APIRequest) -> Answer? {
    switch request.path {
    case "/openapi/v2" where request.accept.contains("protobuf"):
      return Answer(body: protobuf, contentType: "application/com.github.proto-openapi.spec.v2.v1.0+protobuf")
    case "/openapi/v2": return json(version2)
    case "/openapi/v3": return json(index)
    default:
      let prefix = "/openapi/v3/"
      // Older versions of kubectl want version 3 as protobuf; told that there is none they are content with version 2.
      guard request.path.hasPrefix(prefix), !request.accept.contains("protobuf") else { return nil }
      let place = request.path.dropFirst(prefix.count)
      let group = ([""] + ResourceType.groups).first { path(of: $0) == place }
      return group.map { json(version3($0)) }
    }
  }

  private static func json(_ json: JSON) -> Answer {
    Answer(body: json.bytes, contentType: "application/json")
  }

  private static func path(of group: String) -> String {
    group.isEmpty ? "api/v1" : "apis/\(group)/v1"
  }

  /// The name of a kind's schema, in the manner of the published one.
  private static func schemaName(_ type: ResourceType) -> String {
    let group = type.group.isEmpty ? "core" : String(type.group.prefix { $0 != "." })
    return "io.k8s.api.\(group).v1.\(type.kind)"
  }

  private static func kindOf(_ type: ResourceType) -> JSON {
    ["group": .string(type.group), "kind": .string(type.kind), "version": .string(type.version)]
  }

  private static func schema(_ type: ResourceType) -> JSON {
    ["type": "object", "x-kubernetes-group-version-kind": [kindOf(type)]]
  }

  // MARK: Version 2

  private static let version2: JSON = [
    "swagger": "2.0", "info": ["title": "Kubernetes", "version": "v1"], "paths": .object([]),
    "definitions": .object(ResourceType.all.map { .init(schemaName($0), schema($0)) }),
  ]

  /// The same in the binary form, field numbers as in the published `OpenAPIv2.proto`.
  private static let protobuf: [UInt8] = {
    var info = ProtobufMessage()
    info.add(1, "Kubernetes")
    info.add(2, "v1")
    var definitions = ProtobufMessage()
    for type in ResourceType.all {
      var kind = ProtobufMessage()
      kind.add(1, "object")
      var any = ProtobufMessage()
      any.add(2, "- group: \"\(type.group)\"\n  kind: \(type.kind)\n  version: \(type.version)\n")
      var attribute = ProtobufMessage()
      attribute.add(1, "x-kubernetes-group-version-kind")
      attribute.add(2, any)
      var schema = ProtobufMessage()
      schema.add(22, kind)
      schema.add(31, attribute)
      var named = ProtobufMessage()
      named.add(1, schemaName(type))
      named.add(2, schema)
      definitions.add(1, named)
    }
    var document = ProtobufMessage()
    document.add(1, "2.0")
    document.add(2, info)
    document.add(8, ProtobufMessage())
    document.add(9, definitions)
    return document.bytes
  }()

  // MARK: Version 3

  private static let index: JSON = [
    "paths": .object(
      ([""] + ResourceType.groups).map { group in
        .init(path(of: group), ["serverRelativeURL": .string("/openapi/v3/\(path(of: group))")])
      })
  ]

  private static func version3(_ group: String) -> JSON {
    let types = ResourceType.all.filter { $0.group == group }
    let paths = types.filter { !$0.isReview }.map { type -> JSON.Member in
      let place = type.isNamespaced ? "/namespaces/{namespace}/\(type.plural)/{name}" : "/\(type.plural)/{name}"
      let parameters = ["dryRun", "fieldManager", "fieldValidation", "force"].map { name -> JSON in
        ["name": .string(name), "in": "query", "schema": ["type": name == "force" ? "boolean" : "string"]]
      }
      return .init(
        "/\(path(of: group))\(place)",
        [
          "patch": [
            "operationId": .string("patch\(type.kind)"), "parameters": .array(parameters),
            "responses": ["200": ["description": "OK"]], "x-kubernetes-action": "patch",
            "x-kubernetes-group-version-kind": kindOf(type),
          ]
        ])
    }
    return [
      "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": "v1"], "paths": .object(paths),
      "components": ["schemas": .object(types.map { .init(schemaName($0), schema($0)) })],
    ]
  }
}

/// A message of Protocol Buffers, as far as texts and messages go.
///
/// - Source: the published encoding: a field is its number and wire type 2, a length and the bytes.
private struct ProtobufMessage {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ field: Int, _ text: String) {
    add(field, Array(text.utf8))
  }

  mutating func add(_ field: Int, _ message: ProtobufMessage) {
    add(field, message.bytes)
  }

  private mutating func add(_ field: Int, _ content: [UInt8]) {
    addNumber(field << 3 | 2)
    addNumber(content.count)
    bytes += content
  }

  private mutating func addNumber(_ number: Int) {
    var rest = number
    while rest >= 128 {
      bytes.append(UInt8(rest & 127 | 128))
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
