/// Why a YAML file is refused, as one sentence that names the file, the line and the key.
public enum YAMLError: Error, Equatable {
  /// The text is not YAML; the problem is in the parser's words.
  case syntax(at: YAMLPlace, problem: String)
  /// The file holds no document.
  case empty(file: String)
  /// A second document begins here.
  case severalDocuments(at: YAMLPlace)
  /// The file is longer than the limit.
  case tooLong(file: String, bytes: Int, limit: Int)
  /// Sequences and mappings are nested deeper than the limit.
  case tooDeep(at: YAMLPlace, path: YAMLPath, limit: Int)
  /// The tree has more nodes than the limit once its aliases are written out.
  case tooManyNodes(at: YAMLPlace, path: YAMLPath, limit: Int)
  /// There are more anchors than the limit.
  case tooManyAnchors(at: YAMLPlace, path: YAMLPath, limit: Int)
  /// An alias stands inside the node that it names.
  case selfReference(at: YAMLPlace, path: YAMLPath)
  /// A key occurs twice in a mapping.
  case duplicateKey(at: YAMLPlace, path: YAMLPath, firstLine: Int)
  /// A key is a sequence or a mapping.
  case keyIsNotScalar(at: YAMLPlace, path: YAMLPath)
  /// A merge key `<<` holds something else than mappings.
  case mergeIsNotMapping(at: YAMLPlace, path: YAMLPath)
  /// A node has an explicit tag, which this toolkit gives no meaning.
  case tag(at: YAMLPlace, path: YAMLPath, tag: String)
  /// A value is not of the type that its key has.
  case wrongType(at: YAMLPlace, path: YAMLPath, found: String, expected: String)
  /// A value has the right type and is refused for another reason.
  case invalidValue(at: YAMLPlace, path: YAMLPath, reason: String)
  /// A key that must be there is not; the place is that of the mapping.
  case missingKey(at: YAMLPlace, path: YAMLPath, closest: String?)
  /// A key that nobody reads.
  case unknownKey(at: YAMLPlace, path: YAMLPath, closest: String?)
}

extension YAMLError: CustomStringConvertible {
  /// The sentence to print.
  public var description: String {
    switch self {
    case .syntax(let place, let problem):
      "\(place): this is not valid YAML: \(problem)."
    case .empty(let file):
      "\(file) is empty; write at least one key."
    case .severalDocuments(let place):
      "\(place): a second document begins here, and only one is read; remove the `---` or split the file."
    case .tooLong(let file, let bytes, let limit):
      "\(file) has \(bytes) bytes, more than the \(limit) that are read; split it."
    case .tooDeep(let place, let path, let limit):
      "\(place): \(Self.subject(path)) is nested more than \(limit) levels deep; flatten it."
    case .tooManyNodes(let place, let path, let limit):
      "\(place): \(Self.subject(path)) exceeds the \(limit) values that a file may hold with its aliases written out."
    case .tooManyAnchors(let place, let path, let limit):
      "\(place): \(Self.subject(path)) exceeds the \(limit) anchors that a file may have; write some values out."
    case .selfReference(let place, let path):
      "\(place): \(Self.subject(path)) is an alias of something that contains it; write the value out."
    case .duplicateKey(let place, let path, let firstLine):
      "\(place): \(Self.subject(path)) is already set on line \(firstLine); remove one of the two."
    case .keyIsNotScalar(let place, let path):
      "\(place): \(Self.subject(path)) has a key that is a sequence or a mapping; use a text as the key."
    case .mergeIsNotMapping(let place, let path):
      "\(place): \(Self.subject(path)) must be a mapping or a sequence of mappings to be merged."
    case .tag(let place, let path, let tag):
      "\(place): \(Self.subject(path)) has the tag `\(tag.shortened)`, which has no meaning here; remove it."
    case .wrongType(let place, let path, let found, let expected):
      "\(place): \(Self.subject(path)) is \(found), expected \(expected)."
    case .invalidValue(let place, let path, let reason):
      "\(place): \(Self.subject(path)) is refused: \(reason)"
    case .missingKey(let place, let path, nil):
      "\(place): \(Self.subject(path)) is missing; add it."
    case .missingKey(let place, let path, let closest?):
      "\(place): \(Self.subject(path)) is missing; did you write it `\(closest.shortened)`?"
    case .unknownKey(let place, let path, nil):
      "\(place): \(Self.subject(path)) is unknown; remove it."
    case .unknownKey(let place, let path, let closest?):
      "\(place): \(Self.subject(path)) is unknown; did you mean `\(closest)`?"
    }
  }

  private static func subject(_ path: YAMLPath) -> String {
    path.steps.isEmpty ? "the top of the file" : "key `\(path)`"
  }
}
