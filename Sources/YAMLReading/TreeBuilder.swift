import CYAML

/// Turns a document of libyaml, a graph of shared nodes without cycles (`SizeCheck` has seen to that), into a tree of
/// values, within limits.
struct TreeBuilder {
  private let file: String
  private let limits: YAMLLimits
  private var nodesLeft: Int
  /// How many sequences and mappings are being built around the node at hand.
  private var depth = 0

  init(file: String, limits: YAMLLimits) {
    self.file = file
    self.limits = limits
    self.nodesLeft = limits.nodes
  }

  /// The tree of a document that is not empty.
  mutating func tree(of document: inout yaml_document_t) throws -> YAMLNode {
    try node(1, of: &document, path: YAMLPath())
  }

  private mutating func node(
    _ item: yaml_node_item_t, of document: inout yaml_document_t, path: YAMLPath
  ) throws -> YAMLNode {
    guard let source = yaml_document_get_node(&document, item)?.pointee else {
      preconditionFailure("libyaml names a node that it does not have")
    }
    let place = YAMLPlace(source.start_mark, file: file)
    nodesLeft -= 1
    guard nodesLeft >= 0 else { throw YAMLError.tooManyNodes(at: place, path: path, limit: limits.nodes) }
    try refuseTag(of: source, at: place, path: path)
    if source.type == YAML_SCALAR_NODE { return YAMLNode(.scalar(YAMLScalar(source)), at: place) }

    guard depth < limits.depth else { throw YAMLError.tooDeep(at: place, path: path, limit: limits.depth) }
    depth += 1
    defer { depth -= 1 }
    if source.type == YAML_SEQUENCE_NODE {
      return YAMLNode(.sequence(try elements(of: source, in: &document, path: path)), at: place)
    }
    return YAMLNode(.mapping(try entries(of: source, in: &document, path: path)), at: place)
  }

  private mutating func elements(
    of source: yaml_node_t, in document: inout yaml_document_t, path: YAMLPath
  ) throws -> [YAMLNode] {
    let items = source.data.sequence.items
    return try UnsafeBufferPointer(start: items.start, count: items.top - items.start).enumerated().map {
      try node($1, of: &document, path: path.appending(index: $0))
    }
  }

  private mutating func entries(
    of source: yaml_node_t, in document: inout yaml_document_t, path: YAMLPath
  ) throws -> [YAMLEntry] {
    let pairs = source.data.mapping.pairs
    var own: [YAMLEntry] = []
    var lines: [String: Int] = [:]
    var merged: (position: Int, entries: [YAMLEntry])?
    for pair in UnsafeBufferPointer(start: pairs.start, count: pairs.top - pairs.start) {
      let (key, place) = try key(pair.key, of: &document, path: path)
      let path = path.appending(key: key.text)
      if let firstLine = lines.updateValue(place.line, forKey: key.text) {
        throw YAMLError.duplicateKey(at: place, path: path, firstLine: firstLine)
      }
      let value = try node(pair.value, of: &document, path: path)
      if key.isPlain, key.text == "<<" {
        merged = (own.count, try Self.merge(value, path: path))
      } else {
        own.append(YAMLEntry(key: key.text, at: place, value: value))
      }
    }
    if let merged {
      own.insert(contentsOf: merged.entries.filter { lines[$0.key] == nil }, at: merged.position)
    }
    return own
  }

  private func key(
    _ item: yaml_node_item_t, of document: inout yaml_document_t, path: YAMLPath
  ) throws -> (YAMLScalar, YAMLPlace) {
    guard let source = yaml_document_get_node(&document, item)?.pointee else {
      preconditionFailure("libyaml names a key that it does not have")
    }
    let place = YAMLPlace(source.start_mark, file: file)
    guard source.type == YAML_SCALAR_NODE else { throw YAMLError.keyIsNotScalar(at: place, path: path) }
    try refuseTag(of: source, at: place, path: path)
    return (YAMLScalar(source), place)
  }

  /// What a merge key brings: of several mappings, the earlier wins.
  private static func merge(_ value: YAMLNode, path: YAMLPath) throws -> [YAMLEntry] {
    let sources =
      switch value.content {
      case .sequence(let elements): elements
      case .scalar, .mapping: [value]
      }
    var merged: [YAMLEntry] = []
    var known: Set<String> = []
    for source in sources {
      guard case .mapping(let entries) = source.content else {
        throw YAMLError.mergeIsNotMapping(at: source.place, path: path)
      }
      merged += entries.filter { known.insert($0.key).inserted }
    }
    return merged
  }

  private func refuseTag(of source: yaml_node_t, at place: YAMLPlace, path: YAMLPath) throws {
    guard let pointer = source.tag else { return }
    let tag = String(decodingCString: pointer, as: UTF8.self)
    let usual =
      switch source.type {
      case YAML_SCALAR_NODE: YAML_STR_TAG
      case YAML_SEQUENCE_NODE: YAML_SEQ_TAG
      default: YAML_MAP_TAG
      }
    guard tag == usual else { throw YAMLError.tag(at: place, path: path, tag: tag) }
  }
}

extension YAMLScalar {
  /// A scalar of libyaml.
  init(_ source: yaml_node_t) {
    let scalar = source.data.scalar
    let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
    self.init(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
  }
}
