import WireProtocols

/// Which objects are meant, by their labels.
struct LabelSelector: Hashable {
  enum Requirement: Hashable {
    case isOneOf(String, [String])
    case isNoneOf(String, [String])
    case exists(String)
    case doesNotExist(String)
  }

  /// All of which an object must meet.
  let requirements: [Requirement]

  /// Everything.
  static let everything = LabelSelector(requirements: [])

  init(requirements: [Requirement]) {
    self.requirements = requirements
  }

  /// The selector of an object's spec: `matchLabels` and `matchExpressions`.
  init(_ json: JSON) {
    let exact = (json["matchLabels"]?.members ?? []).map {
      Requirement.isOneOf($0.name, [$0.value.string ?? ""])
    }
    let expressions = (json["matchExpressions"]?.elements ?? []).compactMap { expression -> Requirement? in
      guard let key = expression["key"]?.string else { return nil }
      let values = expression["values"]?.elements.compactMap(\.string) ?? []
      switch expression["operator"]?.string {
      case "In": return .isOneOf(key, values)
      case "NotIn": return .isNoneOf(key, values)
      case "Exists": return .exists(key)
      case "DoesNotExist": return .doesNotExist(key)
      default: return nil
      }
    }
    requirements = exact + expressions
  }

  /// A selector as it stands in a query, for example `app=a,tier in (x, y),!old`.
  ///
  /// - Throws: a status 400 for anything else.
  init(parsing text: String) throws(APIStatus) {
    var parser = Parser(text)
    requirements = try parser.requirements()
  }

  func matches(_ labels: [JSON.Member]) -> Bool {
    requirements.allSatisfy { requirement in
      switch requirement {
      case .isOneOf(let key, let values): value(key, labels).map(values.contains) ?? false
      case .isNoneOf(let key, let values): !(value(key, labels).map(values.contains) ?? false)
      case .exists(let key): value(key, labels) != nil
      case .doesNotExist(let key): value(key, labels) == nil
      }
    }
  }

  private func value(_ key: String, _ labels: [JSON.Member]) -> String? {
    labels.last { $0.name == key }?.value.string
  }

  /// Reads the text form, whose commas may also stand between brackets.
  private struct Parser {
    private let text: String
    private var rest: Substring

    init(_ text: String) {
      self.text = text
      rest = text[...]
    }

    mutating func requirements() throws(APIStatus) -> [Requirement] {
      var requirements: [Requirement] = []
      skipSpace()
      guard !rest.isEmpty else { return [] }
      repeat {
        requirements.append(try requirement())
      } while accept(",")
      guard rest.isEmpty else { throw failure() }
      return requirements
    }

    private mutating func requirement() throws(APIStatus) -> Requirement {
      if accept("!") { return .doesNotExist(try key()) }
      let key = try key()
      if accept("!=") { return .isNoneOf(key, [try value()]) }
      if accept("==") || accept("=") { return .isOneOf(key, [try value()]) }
      skipSpace()
      guard !rest.isEmpty, rest.first != "," else { return .exists(key) }
      switch word() {
      case "in": return .isOneOf(key, try values())
      case "notin": return .isNoneOf(key, try values())
      default: throw failure()
      }
    }

    private mutating func key() throws(APIStatus) -> String {
      let key = word()
      guard ObjectValidation.keyProblem(key) == nil else { throw failure() }
      return key
    }

    private mutating func value() throws(APIStatus) -> String {
      let value = word()
      guard ObjectValidation.labelValueProblem(value) == nil else { throw failure() }
      return value
    }

    private mutating func values() throws(APIStatus) -> [String] {
      guard accept("(") else { throw failure() }
      var values: [String] = []
      repeat { values.append(try value()) } while accept(",")
      guard accept(")") else { throw failure() }
      return values
    }

    private mutating func word() -> String {
      skipSpace()
      let word = rest.prefix { !" ,=!()".contains($0) }
      rest = rest.dropFirst(word.count)
      return String(word)
    }

    private mutating func accept(_ symbol: String) -> Bool {
      skipSpace()
      guard rest.hasPrefix(symbol) else { return false }
      rest = rest.dropFirst(symbol.count)
      return true
    }

    private mutating func skipSpace() {
      rest = rest.drop { $0 == " " }
    }

    private func failure() -> APIStatus {
      .badRequest("unable to parse requirement: \"\(text)\" is no label selector")
    }
  }
}
