import CYAML

/// Counts what libyaml reads, event by event, and refuses a text as soon as it exceeds a limit.
struct SizeCheck {
  /// A sequence or mapping that has begun and not ended, and where in it we are.
  private enum Level {
    case element(Int)
    case key
    case value(key: String)
  }

  private let file: String
  private let limits: YAMLLimits
  private var levels: [Level] = []
  /// The anchor of each level that has one; an alias of one of them has no end.
  private var openAnchors: [String?] = []
  private var nodes = 0
  private var anchors = 0

  init(file: String, limits: YAMLLimits) {
    self.file = file
    self.limits = limits
  }

  /// Takes the next event into account.
  mutating func take(_ event: yaml_event_t) throws {
    let place = YAMLPlace(event.start_mark, file: file)
    switch event.type {
    case YAML_SCALAR_EVENT:
      try count(anchor: event.data.scalar.anchor, at: place)
      let scalar = event.data.scalar
      nodeEnds(text: UnsafeBufferPointer(start: scalar.value, count: scalar.length))
    case YAML_ALIAS_EVENT:
      guard !openAnchors.contains(Self.name(event.data.alias.anchor)) else {
        throw YAMLError.selfReference(at: place, path: path)
      }
      try count(anchor: nil, at: place)
      nodeEnds()
    case YAML_SEQUENCE_START_EVENT:
      try open(.element(0), anchor: event.data.sequence_start.anchor, at: place)
    case YAML_MAPPING_START_EVENT:
      try open(.key, anchor: event.data.mapping_start.anchor, at: place)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
      levels.removeLast()
      openAnchors.removeLast()
      nodeEnds()
    default: break
    }
  }

  private mutating func count(anchor: UnsafeMutablePointer<yaml_char_t>?, at place: YAMLPlace) throws {
    nodes += 1
    anchors += anchor == nil ? 0 : 1
    // A mapping has as many keys as values, and keys are nodes here.
    guard nodes <= 2 * limits.nodes + 1 else {
      throw YAMLError.tooManyNodes(at: place, path: path, limit: limits.nodes)
    }
    guard anchors <= limits.anchors else {
      throw YAMLError.tooManyAnchors(at: place, path: path, limit: limits.anchors)
    }
  }

  private mutating func open(
    _ level: Level, anchor: UnsafeMutablePointer<yaml_char_t>?, at place: YAMLPlace
  ) throws {
    try count(anchor: anchor, at: place)
    guard levels.count < limits.depth else { throw YAMLError.tooDeep(at: place, path: path, limit: limits.depth) }
    levels.append(level)
    openAnchors.append(anchor.map(Self.name))
  }

  private static func name(_ anchor: UnsafeMutablePointer<yaml_char_t>) -> String {
    String(decodingCString: anchor, as: UTF8.self)
  }

  /// Moves the innermost level on: to its next element, from a key to its value, or from a value to the next key.
  private mutating func nodeEnds(text: UnsafeBufferPointer<UInt8> = .init(start: nil, count: 0)) {
    guard let last = levels.popLast() else { return }
    switch last {
    case .element(let index): levels.append(.element(index + 1))
    case .value: levels.append(.key)
    case .key: levels.append(.value(key: String(decoding: text, as: UTF8.self)))
    }
  }

  private var path: YAMLPath {
    YAMLPath(
      levels.compactMap {
        switch $0 {
        case .element(let index): .index(index)
        case .value(let key): .key(key)
        case .key: nil
        }
      })
  }
}
