import WireProtocols

/// A JSON patch: a list of operations on places, carried out one after another, all or none.
///
/// - Source: RFC 6902 and, for the places, RFC 6901.
enum JSONPatch {
  /// - Throws: a status 400 for no patch, 422 for one that cannot be carried out.
  static func apply(_ patch: JSON, to value: JSON) throws(APIStatus) -> JSON {
    guard case .array(let operations) = patch else {
      throw .badRequest("error decoding patch: a JSON patch is a list of operations, not \(patch.kind)")
    }
    var value = value
    for operation in operations { value = try carryOut(operation, on: value) }
    return value
  }

  private static func carryOut(_ operation: JSON, on value: JSON) throws(APIStatus) -> JSON {
    let path = try steps(operation["path"])
    switch operation["op"]?.string {
    case "add": return try put(try given(operation), at: path[...], in: value, mustExist: false)
    case "replace": return try put(try given(operation), at: path[...], in: value, mustExist: true)
    case "remove": return try remove(path[...], from: value)
    case "test":
      let found = try get(path, in: value)
      guard found.means(try given(operation)) else {
        throw failure("testing value \(operation["path"]?.string ?? "") failed")
      }
      return value
    case "move":
      let from = try steps(operation["from"])
      return try put(
        try get(from, in: value), at: path[...], in: try remove(from[...], from: value), mustExist: false)
    case "copy":
      return try put(try get(try steps(operation["from"]), in: value), at: path[...], in: value, mustExist: false)
    default: throw .badRequest("error decoding patch: \(operation["op"]?.text ?? "nothing") is no operation")
    }
  }

  private static func given(_ operation: JSON) throws(APIStatus) -> JSON {
    guard let value = operation["value"] else { throw .badRequest("error decoding patch: an operation has no value") }
    return value
  }

  private static func steps(_ pointer: JSON?) throws(APIStatus) -> [String] {
    guard let text = pointer?.string, text.isEmpty || text.hasPrefix("/") else {
      throw .badRequest("error decoding patch: \(pointer?.text ?? "nothing") is no path")
    }
    return text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { step in
      step.split(separator: "~1", omittingEmptySubsequences: false).map { part in
        part.split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
      }.joined(separator: "/")
    }
  }

  private static func get(_ path: [String], in value: JSON) throws(APIStatus) -> JSON {
    var value = value
    for step in path {
      if case .array(let elements) = value {
        value = elements[try index(step, in: elements, end: false)]
      } else if let next = value[step] {
        value = next
      } else {
        throw failure("there is no value at \(step)")
      }
    }
    return value
  }

  private static func put(
    _ new: JSON, at path: ArraySlice<String>, in value: JSON, mustExist: Bool
  ) throws(APIStatus) -> JSON {
    guard let step = path.first else { return new }
    let rest = path.dropFirst()
    if case .array(var elements) = value {
      let place = try index(step, in: elements, end: rest.isEmpty && !mustExist)
      if rest.isEmpty, !mustExist {
        elements.insert(new, at: place)
      } else {
        elements[place] = try put(new, at: rest, in: elements[place], mustExist: mustExist)
      }
      return .array(elements)
    }
    guard case .object = value else { throw failure("there is no object or list at \(step)") }
    if rest.isEmpty {
      guard !mustExist || value[step] != nil else { throw failure("there is no value at \(step)") }
      return value.setting(new, at: [step])
    }
    guard let inner = value[step] else { throw failure("there is no value at \(step)") }
    return value.setting(try put(new, at: rest, in: inner, mustExist: mustExist), at: [step])
  }

  private static func remove(_ path: ArraySlice<String>, from value: JSON) throws(APIStatus) -> JSON {
    guard let step = path.first else { return .null }
    let rest = path.dropFirst()
    if case .array(var elements) = value {
      let place = try index(step, in: elements, end: false)
      if rest.isEmpty {
        elements.remove(at: place)
      } else {
        elements[place] = try remove(rest, from: elements[place])
      }
      return .array(elements)
    }
    guard let inner = value[step] else { throw failure("there is no value at \(step)") }
    return value.setting(rest.isEmpty ? nil : try remove(rest, from: inner), at: [step])
  }

  private static func index(_ step: String, in elements: [JSON], end: Bool) throws(APIStatus) -> Int {
    if step == "-", end { return elements.count }
    guard let index = Int(step), (0..<(elements.count + (end ? 1 : 0))).contains(index) else {
      throw failure("\(step) is no place in a list of \(elements.count)")
    }
    return index
  }

  private static func failure(_ why: String) -> APIStatus {
    APIStatus(422, "Invalid", "the server rejected our request due to an error in our request: \(why)")
  }
}
