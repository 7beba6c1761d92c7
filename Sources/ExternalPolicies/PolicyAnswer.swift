import WireProtocols

/// An answer of a policy's program, read strictly.
struct PolicyAnswer {
  /// One command: its name and its members, which are taken out one after the other.
  struct Order {
    let name: String
    /// The command as it was written, for messages.
    let text: String
    private let members: JSON

    init(_ json: JSON) throws(PolicyFailure) {
      guard case .object = json, let name = json["command"]?.string else {
        throw .nonsense(reason: "a command is an object with the member `command`, not \(PolicyAnswer.short(json)).")
      }
      self.name = name
      text = PolicyAnswer.short(json)
      members = json
    }

    /// A whole number that must be there.
    func number(_ name: String) throws(PolicyFailure) -> Int {
      guard let value = members[name]?.integer else { throw missing(name, "a whole number") }
      return value
    }

    /// A text that must be there.
    func text(_ name: String) throws(PolicyFailure) -> String {
      guard let value = members[name]?.string else { throw missing(name, "a string") }
      return value
    }

    /// A number of seconds that must be there.
    func seconds(_ name: String) throws(PolicyFailure) -> Double {
      switch members[name] {
      case .integer(let value): return Double(value)
      case .number(let value): return value
      default: throw missing(name, "a number of seconds")
      }
    }

    /// The members of a list of objects that must be there.
    func list(_ name: String) throws(PolicyFailure) -> [JSON] {
      guard let value = members[name]?.array else { throw missing(name, "a list") }
      return value
    }

    /// The failure that the command cannot be done.
    func impossible(_ reason: String) -> PolicyFailure {
      .impossible(command: text, reason: reason)
    }

    private func missing(_ member: String, _ expected: String) -> PolicyFailure {
      .nonsense(reason: "`\(name)` needs `\(member)`, \(expected), and this has none: \(text).")
    }
  }

  /// The commands of an answer, in order.
  static func orders(in line: [UInt8]) throws(PolicyFailure) -> [Order] {
    let json = try json(of: line)
    guard let commands = json["commands"]?.array else {
      throw .nonsense(reason: "an answer is an object with the list `commands`, not \(short(json)).")
    }
    var orders: [Order] = []
    for command in commands { orders.append(try Order(command)) }
    return orders
  }

  /// Checks the answer to the first line.
  static func checkHello(_ line: [UInt8]) throws(PolicyFailure) {
    let json = try json(of: line)
    guard json["type"]?.string == "hello", let version = json["protocol"]?.integer else {
      throw .nonsense(
        reason: "the first line is answered with {\"type\":\"hello\",\"protocol\":\(PolicyMessages.version)}, not "
          + "\(short(json)).")
    }
    guard version == PolicyMessages.version else {
      throw .nonsense(reason: "it speaks protocol \(version) and this toolkit \(PolicyMessages.version).")
    }
  }

  private static func json(of line: [UInt8]) throws(PolicyFailure) -> JSON {
    guard let json = try? JSON(parsing: line) else {
      throw .nonsense(reason: "a line of JSON was expected, not `\(short(String(decoding: line, as: UTF8.self)))`.")
    }
    return json
  }

  fileprivate static func short(_ json: JSON) -> String { short(json.text) }

  private static func short(_ text: String) -> String {
    text.count > 200 ? text.prefix(200) + "…" : text
  }
}
