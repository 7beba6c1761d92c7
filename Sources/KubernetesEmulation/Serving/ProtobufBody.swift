import WireProtocols

/// The few objects that kubectl sends in the binary form, as its `create` and `auth` commands do.
///
/// - Source: the field numbers of the published `generated.proto` files.
enum ProtobufBody {
  /// What the bytes of a field mean.
  indirect enum Form {
    case text
    case base64
    case whole
    case flag
    case texts
    case message([Int: Field])
    case messages([Int: Field])
    case map(Form)
    /// Whatever it is, nobody wants it from a client.
    case ignored
    /// A message that must have nothing in it.
    case empty
  }

  struct Field {
    let name: String
    let form: Form

    init(_ name: String, _ form: Form = .text) {
      self.name = name
      self.form = form
    }
  }

  /// The object of a body; `nil` for one of a kind, or with a field, that is not read in this form.
  static func object(_ bytes: [UInt8]) -> JSON? {
    guard bytes.starts(with: [0x6B, 0x38, 0x73, 0x00]) else { return nil }  // "k8s" and a zero
    var envelope = ProtobufReader(bytes.dropFirst(4))
    var type = JSON.object([])
    var content: ArraySlice<UInt8> = []
    while let field = envelope.next() {
      switch (field.number, field.value) {
      case (1, .bytes(let bytes)):
        guard let json = read(bytes, [1: Field("apiVersion"), 2: Field("kind")]) else { return nil }
        type = json
      case (2, .bytes(let bytes)): content = bytes
      default: break
      }
    }
    guard !envelope.hasFailed, let fields = fields(of: type["kind"]?.string ?? "") else { return nil }
    return read(content, fields).map { .object(type.members + $0.members) }
  }

  private static func fields(of kind: String) -> [Int: Field]? {
    switch kind {
    case "Namespace":
      [
        1: metadata, 2: Field("spec", .message([1: Field("finalizers", .texts)])),
        3: Field("status", .message([1: Field("phase")])),
      ]
    case "ServiceAccount": [1: metadata]
    case "ConfigMap":
      [1: metadata, 2: Field("data", .map(.text)), 3: Field("binaryData", .map(.base64)), 4: Field("immutable", .flag)]
    case "Secret":
      [
        1: metadata, 2: Field("data", .map(.base64)), 3: Field("type"), 4: Field("stringData", .map(.text)),
        5: Field("immutable", .flag),
      ]
    case "SelfSubjectAccessReview":
      [
        1: metadata, 2: Field("spec", .message(review)),
        3: Field(
          "status",
          .message([
            1: Field("allowed", .flag), 2: Field("reason"), 3: Field("evaluationError"), 4: Field("denied", .flag),
          ])),
      ]
    case "DeleteOptions":
      [
        1: Field("gracePeriodSeconds", .whole),
        2: Field("preconditions", .message([1: Field("uid"), 2: Field("resourceVersion")])),
        3: Field("orphanDependents", .flag), 4: Field("propagationPolicy"), 5: Field("dryRun", .texts),
      ]
    case "Deployment": [1: metadata, 2: Field("spec", .message(deployment)), 3: Field("status", .ignored)]
    case "Job": [1: metadata, 2: Field("spec", .message(job)), 3: Field("status", .ignored)]
    default: nil
    }
  }

  static var metadata: Field {
    Field(
      "metadata",
      .message([
        1: Field("name"), 2: Field("generateName"), 3: Field("namespace"), 4: Field("selfLink"), 5: Field("uid"),
        6: Field("resourceVersion"), 7: Field("generation", .whole), 8: Field("creationTimestamp", .message([:])),
        11: Field("labels", .map(.text)), 12: Field("annotations", .map(.text)), 14: Field("finalizers", .texts),
      ]))
  }

  private static var review: [Int: Field] {
    let names = ["namespace", "verb", "group", "version", "resource", "subresource", "name"]
    let attributes = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0 + 1, Field($1)) })
    return [
      1: Field("resourceAttributes", .message(attributes)),
      2: Field("nonResourceAttributes", .message([1: Field("path"), 2: Field("verb")])),
    ]
  }

  private static func read(_ bytes: ArraySlice<UInt8>, _ fields: [Int: Field]) -> JSON? {
    var reader = ProtobufReader(bytes)
    var json = JSON.object([])
    while let found = reader.next() {
      guard let field = fields[found.number], let value = value(found.value, field.form, before: json[field.name])
      else { return nil }
      // Texts that are empty, and times that are not set, are not there.
      if value != "", value != .object([]) { json.set(value, at: field.name) }
    }
    return reader.hasFailed ? nil : json
  }

  private static func value(_ value: ProtobufReader.Value, _ form: Form, before: JSON?) -> JSON? {
    switch (form, value) {
    case (.text, .bytes(let bytes)): return .string(String(decoding: bytes, as: UTF8.self))
    case (.base64, .bytes(let bytes)): return .string(Base64.encode(Array(bytes)))
    case (.whole, .number(let number)): return .integer(Int64(truncatingIfNeeded: number))
    case (.flag, .number(let number)): return .bool(number != 0)
    case (.texts, .bytes(let bytes)):
      return .array((before?.elements ?? []) + [.string(String(decoding: bytes, as: UTF8.self))])
    case (.message(let fields), .bytes(let bytes)): return fields.isEmpty ? .object([]) : read(bytes, fields)
    case (.messages(let fields), .bytes(let bytes)):
      return read(bytes, fields).map { .array((before?.elements ?? []) + [$0]) }
    case (.ignored, _): return .object([])
    case (.empty, .bytes(let bytes)): return bytes.isEmpty ? .object([]) : nil
    case (.map(let form), .bytes(let bytes)):
      guard let entry = read(bytes, [1: Field("key"), 2: Field("value", form)]) else { return nil }
      return (before ?? .object([])).setting(entry["value"] ?? "", at: [entry["key"]?.string ?? ""])
    default: return nil
    }
  }
}

/// Reads the fields of a message of Protocol Buffers one after another.
private struct ProtobufReader {
  enum Value {
    case number(UInt64)
    case bytes(ArraySlice<UInt8>)
  }

  private var rest: ArraySlice<UInt8>
  /// Whether the bytes are no message.
  private(set) var hasFailed = false

  init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
  }

  /// The next field; `nil` at the end.
  mutating func next() -> (number: Int, value: Value)? {
    guard !rest.isEmpty else { return nil }
    guard let key = number() else { return nil }
    switch key & 7 {
    case 0: return number().map { (Int(key >> 3), .number($0)) }
    case 2:
      guard let length = number(), length <= UInt64(rest.count) else { break }
      let bytes = rest.prefix(Int(length))
      rest = rest.dropFirst(Int(length))
      return (Int(key >> 3), .bytes(bytes))
    default: break
    }
    hasFailed = true
    return nil
  }

  private mutating func number() -> UInt64? {
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.popFirst() else { break }
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return result }
    }
    hasFailed = true
    return nil
  }
}
