import Testing
import YAMLReading

@Suite struct YAMLParserTests {
  private func parse(_ text: String, limits: YAMLLimits = .standard) throws -> YAMLNode {
    try YAMLParser.parse(text, file: "f.yaml", limits: limits)
  }

  /// The sentence with which a text is refused; empty when it is accepted.
  private func refusal(of text: String, limits: YAMLLimits = .standard) -> String {
    do {
      _ = try parse(text, limits: limits)
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func `nodes know their line and column and mappings keep their order`() throws {
    let root = try parse("# clusters\nzebra: 1\nants:\n  - x\n  -  y\n")
    guard case .mapping(let entries) = root.content else {
      Issue.record("the top is not a mapping")
      return
    }
    #expect(entries.map(\.key) == ["zebra", "ants"])
    #expect(entries[1].place == YAMLPlace(file: "f.yaml", line: 3, column: 1))
    #expect(root["ants"]?[1]?.place == YAMLPlace(file: "f.yaml", line: 5, column: 6))
    #expect(root["ants"]?[2] == nil)
    #expect(root["bees"] == nil)
  }

  @Test func `an alias is what its anchor names, with the place of the anchor`() throws {
    let root = try parse("a: &x [1, 2]\nb: *x\n")
    #expect(root["b"] == root["a"])
    #expect(root["b"]?.line == 1)
  }

  @Test func `a merge key brings the keys that the mapping does not set itself`() throws {
    let root = try parse("base: &base {gpus: 1, zone: a}\nnode:\n  name: n\n  <<: *base\n  zone: b\n")
    let node = try #require(root["node"])
    #expect(
      YAMLTree(node)
        == .mapping([.init("name", .text("n")), .init("gpus", .number(1)), .init("zone", .text("b"))]))
  }

  @Test func `of several merged mappings the earlier wins`() throws {
    let root = try parse("<<: [{a: 1, b: 2}, {b: 3, c: 4}]\n")
    #expect(YAMLTree(root) == .mapping([.init("a", .number(1)), .init("b", .number(2)), .init("c", .number(4))]))
  }

  @Test func `a quoted merge key is an ordinary key`() throws {
    #expect(try YAMLTree(parse("\"<<\": 1")) == .mapping([.init("<<", .number(1))]))
  }

  @Test func `a byte order mark and carriage returns are taken in stride`() throws {
    #expect(
      try YAMLTree(parse("\u{FEFF}a: 1\r\nb: 2\r\n")) == .mapping([.init("a", .number(1)), .init("b", .number(2))]))
  }

  @Test(arguments: [
    (
      "a: [1, 2\nb: 3\n",
      "f.yaml:2: this is not valid YAML: did not find expected ',' or ']' (while parsing a flow sequence on line 1)."
    ),
    ("a: 1\nb: c: 2\n", "f.yaml:2: this is not valid YAML: mapping values are not allowed in this context."),
    (
      "a:\n\tb: 2\n",
      "f.yaml:2: this is not valid YAML: found character that cannot start any token "
        + "(while scanning for the next token on line 2)."
    ),
    ("a: 1\nb: \u{1}\n", "f.yaml:2: this is not valid YAML: control characters are not allowed."),
    ("a: *nobody\n", "f.yaml:1: this is not valid YAML: found undefined alias."),
    ("", "f.yaml is empty; write at least one key."),
    ("# nothing\n", "f.yaml is empty; write at least one key."),
    (
      "a: 1\n---\nb: 2\n",
      "f.yaml:3: a second document begins here, and only one is read; remove the `---` or split the file."
    ),
    ("a:\n  b: 1\n  c: 2\n  b: 3\n", "f.yaml:4: key `a.b` is already set on line 2; remove one of the two."),
    ("a: {<<: {}, <<: {}}", "f.yaml:1: key `a.<<` is already set on line 1; remove one of the two."),
    (
      "nodes:\n  - &n\n    self: *n\n",
      "f.yaml:3: key `nodes[0].self` is an alias of something that contains it; write the value out."
    ),
    ("&top [*top]", "f.yaml:1: key `[0]` is an alias of something that contains it; write the value out."),
    ("a: {[1, 2]: 3}", "f.yaml:1: key `a` has a key that is a sequence or a mapping; use a text as the key."),
    ("a:\n  <<: 7\n", "f.yaml:2: key `a.<<` must be a mapping or a sequence of mappings to be merged."),
    (
      "a: !!int \"3\"\n", "f.yaml:1: key `a` has the tag `tag:yaml.org,2002:int`, which has no meaning here; remove it."
    ),
    ("\"x.y\": !wheel {}\n", "f.yaml:1: key `\"x.y\"` has the tag `!wheel`, which has no meaning here; remove it."),
  ])
  func `what is refused is refused in one clear sentence`(text: String, sentence: String) {
    #expect(refusal(of: text) == sentence)
  }

  @Test func `an alias bomb is refused before it is built`() {
    var lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      lines.append("a\(level): &a\(level) [\(aliases)]")
    }
    // a0 to a3 hold 11 + 111 + 1111 + 11111 nodes, so the top and they make 12,345 and a4, with 111,111, breaks off.
    let sentence = refusal(of: lines.joined(separator: "\n"))
    #expect(sentence.contains("key `a4["))
    #expect(sentence.hasSuffix("exceeds the 100000 values that a file may hold with its aliases written out."))
  }

  @Test func `a bomb of merge keys is refused too`() {
    var lines = ["a0: &a0 {k0: 1}"]
    for level in 1...30 {
      let below = "*a\(level - 1)"
      lines.append("a\(level): &a\(level) {<<: [\(below), \(below)], x: \(below)}")
    }
    #expect(refusal(of: lines.joined(separator: "\n")).contains("exceeds the 100000 values"))
  }

  @Test func `the budget of nodes counts exactly`() throws {
    // The top, its two values, and three elements below the second.
    let text = "a: 1\nb: [x, y, z]\n"
    #expect(refusal(of: text, limits: YAMLLimits(nodes: 6)).isEmpty)
    #expect(
      refusal(of: text, limits: YAMLLimits(nodes: 5))
        == "f.yaml:2: key `b[2]` exceeds the 5 values that a file may hold with its aliases written out.")
  }

  @Test func `64 levels are read and 65 are refused`() {
    let brackets = { (count: Int) in String(repeating: "[", count: count) + String(repeating: "]", count: count) }
    #expect(refusal(of: brackets(64)).isEmpty)
    #expect(refusal(of: brackets(65)).hasSuffix("[0]` is nested more than 64 levels deep; flatten it."))
    #expect(refusal(of: "k:\n  \(brackets(64))").hasPrefix("f.yaml:2: key `k[0][0]"))
  }

  @Test func `levels that aliases add count as well`() {
    let half = { (inner: String) in String(repeating: "[", count: 40) + inner + String(repeating: "]", count: 40) }
    let text = "a: &a \(half("1"))\nb: \(half("*a"))\n"
    #expect(refusal(of: text).contains("is nested more than 64 levels deep"))
  }

  @Test func `a megabyte of brackets is refused without being read to the end`() {
    #expect(refusal(of: String(repeating: "[", count: 1 << 20)).contains("nested more than 64 levels"))
    #expect(refusal(of: String(repeating: "{a: ", count: 1 << 18)).contains("nested more than 64 levels"))
    #expect(refusal(of: String(repeating: "- ", count: 1 << 19)).contains("nested more than 64 levels"))
  }

  @Test func `more anchors than the limit are refused`() {
    let text = (0..<1001).map { "- &a\($0) x\n" }.joined()
    #expect(
      refusal(of: text)
        == "f.yaml:1001: key `[1000]` exceeds the 1000 anchors that a file may have; write some values out.")
  }

  @Test func `a file over a mebibyte is refused unread`() {
    let text = "a: [" + String(repeating: " ", count: 1 << 20)
    #expect(refusal(of: text) == "f.yaml has 1048580 bytes, more than the 1048576 that are read; split it.")
  }
}
