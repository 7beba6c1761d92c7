import CYAML

/// Reads the text of a YAML file into a tree.
///
/// libyaml does the reading (YAML 1.1 and the parts of 1.2 that it knows); what a configuration file has no use for is
/// refused here: several documents, tags, keys that are not text, and anything beyond the limits.
public struct YAMLParser: Sendable {
  /// The tree of a YAML text.
  ///
  /// - Parameters:
  ///   - text: the content of the file.
  ///   - file: the name by which errors call it.
  ///   - limits: how large it may be.
  /// - Throws: `YAMLError`.
  public static func parse(_ text: String, file: String, limits: YAMLLimits = .standard) throws -> YAMLNode {
    let size = text.utf8.count
    guard size <= limits.bytes else { throw YAMLError.tooLong(file: file, bytes: size, limit: limits.bytes) }
    return try Array(text.utf8).withUnsafeBufferPointer { bytes in
      try withParser(of: bytes) { try checkSize(with: &$0, bytes: bytes, file: file, limits: limits) }
      return try withParser(of: bytes) { try readTree(with: &$0, bytes: bytes, file: file, limits: limits) }
    }
  }

  private static func withParser<Result>(
    of bytes: UnsafeBufferPointer<UInt8>, _ body: (inout yaml_parser_t) throws -> Result
  ) rethrows -> Result {
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else { preconditionFailure("libyaml found no memory for a parser") }
    defer { yaml_parser_delete(&parser) }
    yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
    return try body(&parser)
  }

  /// A first pass through the events, in linear time, so that the second never meets what takes quadratic time or
  /// has no end.
  private static func checkSize(
    with parser: inout yaml_parser_t, bytes: UnsafeBufferPointer<UInt8>, file: String, limits: YAMLLimits
  ) throws {
    var check = SizeCheck(file: file, limits: limits)
    var isFinished = false
    while !isFinished {
      var event = yaml_event_t()
      guard yaml_parser_parse(&parser, &event) == 1 else { throw syntaxError(of: parser, bytes: bytes, file: file) }
      defer { yaml_event_delete(&event) }
      try check.take(event)
      isFinished = event.type == YAML_STREAM_END_EVENT
    }
  }

  private static func readTree(
    with parser: inout yaml_parser_t, bytes: UnsafeBufferPointer<UInt8>, file: String, limits: YAMLLimits
  ) throws -> YAMLNode {
    let root = try withDocument(of: &parser, bytes: bytes, file: file) { document -> YAMLNode? in
      guard yaml_document_get_root_node(&document) != nil else { return nil }
      var builder = TreeBuilder(file: file, limits: limits)
      return try builder.tree(of: &document)
    }
    guard let root else { throw YAMLError.empty(file: file) }
    try withDocument(of: &parser, bytes: bytes, file: file) { document in
      guard let second = yaml_document_get_root_node(&document) else { return }
      throw YAMLError.severalDocuments(at: YAMLPlace(second.pointee.start_mark, file: file))
    }
    return root
  }

  private static func withDocument<Result>(
    of parser: inout yaml_parser_t, bytes: UnsafeBufferPointer<UInt8>, file: String,
    _ body: (inout yaml_document_t) throws -> Result
  ) throws -> Result {
    var document = yaml_document_t()
    guard yaml_parser_load(&parser, &document) == 1 else { throw syntaxError(of: parser, bytes: bytes, file: file) }
    defer { yaml_document_delete(&document) }
    return try body(&document)
  }

  private static func syntaxError(
    of parser: yaml_parser_t, bytes: UnsafeBufferPointer<UInt8>, file: String
  ) -> YAMLError {
    var problem = parser.problem.map { String(cString: $0) } ?? "the text cannot be read"
    guard parser.error != YAML_READER_ERROR else {
      let newlines = bytes.prefix(Int(parser.problem_offset)).filter { $0 == UInt8(ascii: "\n") }.count
      return .syntax(at: YAMLPlace(file: file, line: newlines + 1, column: 1), problem: problem)
    }
    if let context = parser.context {
      problem += " (\(String(cString: context)) on line \(Int(parser.context_mark.line) + 1))"
    }
    return .syntax(at: YAMLPlace(parser.problem_mark, file: file), problem: problem)
  }
}

extension YAMLPlace {
  /// A place that libyaml counts from 0.
  init(_ mark: yaml_mark_t, file: String) {
    self.init(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }
}
