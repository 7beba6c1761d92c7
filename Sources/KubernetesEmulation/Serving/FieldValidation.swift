import WireProtocols

/// What becomes of fields that a kind does not have: refused, dropped with a warning, or dropped.
enum FieldValidation: String {
  case strict = "Strict"
  case warn = "Warn"
  case ignore = "Ignore"

  /// What a request wants; a warning if it does not say.
  ///
  /// - Throws: a status 422 for another word.
  init(_ request: APIRequest) throws(APIStatus) {
    guard let text = request.query["fieldValidation"], !text.isEmpty else {
      self = .warn
      return
    }
    guard let validation = FieldValidation(rawValue: text) else {
      throw APIStatus(
        422, "Invalid",
        "Options \"\" is invalid: fieldValidation: Unsupported value: \"\(text)\": supported values: \"Ignore\", "
          + "\"Strict\", \"Warn\"")
    }
    self = validation
  }

  /// An object without fields that are none.
  ///
  /// - Throws: a status 400 that names them, if that is wanted.
  func known(_ json: JSON, _ type: ResourceType, warnings: inout [String]) throws(APIStatus) -> JSON {
    let names = FieldNames.of(type)
    let unknown = names.unknown(in: json).map { "unknown field \"\($0)\"" }
    guard !unknown.isEmpty else { return json }
    switch self {
    case .strict:
      throw .badRequest(
        "\(type.kind) in version \"\(type.version)\" cannot be handled as a \(type.kind): strict decoding error: "
          + unknown.joined(separator: ", "))
    case .warn: warnings += unknown
    case .ignore: break
    }
    return names.pruned(json)
  }
}
