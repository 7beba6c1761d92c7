/// What can be wrong with bytes that come over a socket, or with what a process was told.
public enum WireError: Error, Equatable {
  /// A text is not JSON.
  case notJSON(expected: String, position: Int)
  /// A member of a JSON object is missing or of another kind.
  case wrongMember(name: String, expected: String, found: String)
  /// A frame announces more bytes than any frame of the protocol has.
  case frameTooLong(bytes: UInt64, limit: Int)
  /// The name of a model in a query is longer than the protocol allows, or empty.
  case badModelName(bytes: Int, limit: Int)
  /// A line or an event of a stream is longer than allowed.
  case eventTooLong(limit: Int)
  /// A variable of the environment is missing or has a value that is not allowed.
  case badVariable(name: String, value: String?, allowed: String)
  /// Weights are to be sent by a thread that does not exist.
  case badThread(number: Int, count: Int)
}

extension WireError: CustomStringConvertible {
  /// One sentence: what happened, to which thing, and what is allowed.
  public var description: String {
    switch self {
    case .notJSON(let expected, let position):
      "The body is not JSON: \(expected) is expected at byte \(position)."
    case .wrongMember(let name, let expected, let found):
      "`\(name)` must be \(expected), not \(found)."
    case .frameTooLong(let bytes, let limit):
      "A frame of \(bytes) bytes was announced; at most \(limit) are allowed."
    case .badModelName(let bytes, let limit):
      "A model name of \(bytes) bytes was sent; 1 to \(limit) are allowed."
    case .eventTooLong(let limit):
      "An event of the stream is longer than the \(limit) bytes allowed."
    case .badVariable(let name, nil, let allowed):
      "The environment variable \(name) is missing; set it to \(allowed)."
    case .badVariable(let name, .some(let value), let allowed):
      "The environment variable \(name) is \"\(value)\"; allowed: \(allowed)."
    case .badThread(let number, let count):
      "There is no part \(number) of \(count); parts are numbered from 0, and there is at least 1."
    }
  }
}

extension JSON {
  /// The text of a member.
  package func text(_ name: String) throws(WireError) -> String {
    guard let text = self[name]?.string else { throw wrong(name, "a string") }
    return text
  }

  /// The whole number of a member, at least `least`; the published clients also send it as text.
  package func whole(_ name: String, atLeast least: Int = 0) throws(WireError) -> Int {
    let number = self[name]?.integer ?? self[name]?.string.flatMap { Int($0) }
    guard let number, number >= least else { throw wrong(name, "a whole number from \(least)") }
    return number
  }

  /// The truth value of a member; the published clients also send it as text.
  func flag(_ name: String) throws(WireError) -> Bool {
    switch self[name] {
    case .bool(let value): return value
    case .string("true"), .string("yes"): return true
    case .string("false"), .string("no"): return false
    default: throw wrong(name, "true or false")
    }
  }

  /// The texts of a member that is a list of them.
  package func texts(_ name: String) throws(WireError) -> [String] {
    guard let elements = self[name]?.array else { throw wrong(name, "a list of strings") }
    let texts = elements.compactMap(\.string)
    guard texts.count == elements.count else { throw wrong(name, "a list of strings") }
    return texts
  }

  /// A member that is a finite number.
  package func real(_ name: String) throws(WireError) -> Double {
    switch self[name] {
    case .integer(let value): return Double(value)
    case .number(let value) where value.isFinite: return value
    default: throw wrong(name, "a number")
    }
  }

  /// A member that is an object.
  func object(_ name: String) throws(WireError) -> JSON {
    guard let value = self[name], case .object = value else { throw wrong(name, "an object") }
    return value
  }

  /// Refuses a member that is anything but one value.
  func check(_ name: String, is value: JSON) throws(WireError) {
    guard self[name] == value else { throw wrong(name, value.text) }
  }

  /// What is to be thrown for a member.
  package func wrong(_ name: String, _ expected: String) -> WireError {
    let found =
      switch self[name] {
      case nil: "missing"
      case .string(let text): "\"\(text.prefix(60))\""
      case .integer(let number): "\(number)"
      case .some(let value): value.kind
      }
    return .wrongMember(name: name, expected: expected, found: found)
  }
}
