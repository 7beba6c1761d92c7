import Testing
import YAMLReading

@Suite struct YAMLWriterTests {
  private func readBack(_ tree: YAMLTree, heading: String? = nil) throws -> YAMLTree {
    try YAMLTree(YAMLParser.parse(YAMLWriter.write(tree, heading: heading), file: "written.yaml"))
  }

  @Test func `a tree is written as a person would write it`() {
    let tree = YAMLTree.mapping([
      .init("name", .text("testbed (i)"), comment: "Which cluster of the paper.\nSection 7.1."),
      .init("empty", .mapping([])),
      .init(
        "nodes",
        .sequence([
          .mapping([
            .init("type", .text("a10"), comment: "four of these"), .init("count", .number(4)),
            .init("gbps", .number(12.5)),
          ]),
          .sequence([.number(1), .sequence([]), .sequence([.null])]),
          .text("no"), .text("12"), .bool(true), .text("a: \"b\""),
        ]), comment: ""),
    ])
    #expect(
      YAMLWriter.write(tree, heading: "Written by `reproduce`.") == """
        # Written by `reproduce`.
        # Which cluster of the paper.
        # Section 7.1.
        name: testbed (i)
        empty: {}
        #
        nodes:
          # four of these
          - type: a10
            count: 4
            gbps: 12.5
          - - 1
            - []
            - - ~
          - no
          - "12"
          - true
          - "a: \\"b\\""

        """)
  }

  @Test(arguments: [
    "", " ", "a", "true", "~", "null", "12", "1e3", "0x1", ".inf", "- a", "a: b", "a #b", "#a", "*a", "&a", "!a", "@a",
    "%a",
    "a:", "?", "[", "{", "|", ">", "'", "\"", "\\", "<<", "a\nb", "a\r\nb", "\ta", "a ", "日本", "é", "\u{7}",
    "\u{85}\u{2028}",
    "\u{FEFF}x", "😀", "\u{FFFE}", "/usr/bin", "opt-2.7b", "Llama2-7B", "---", "...", "- ", "=", "%YAML 1.2", "a % b",
    "a - b",
  ])
  func `any text survives as a key, as a value and as an element`(text: String) throws {
    let tree = YAMLTree.mapping([
      .init(text, .text(text)), .init(text + "2", .sequence([.text(text), .mapping([.init(text, .null)])])),
    ])
    #expect(try readBack(tree) == tree)
    #expect(try readBack(.text(text)) == .text(text))
  }

  @Test(arguments: [
    0.1, 1e300, -2.2250738585072014e-308, 1e16, 123_456_789.125, .infinity, -.infinity, 0, -0.0,
    .greatestFiniteMagnitude,
  ])
  func `numbers survive to the last bit`(value: Double) throws {
    let node = try YAMLParser.parse(YAMLWriter.write(.sequence([.number(value)])), file: "written.yaml")
    #expect(try YAMLDecoder().decode([Double].self, from: node)[0].bitPattern == value.bitPattern)
  }

  @Test func `a very long key survives, with any value`() throws {
    let key = String(repeating: "long ", count: 400)
    for value in [YAMLTree.number(1), .mapping([.init("a", .number(1))]), .sequence([.null])] {
      let tree = YAMLTree.sequence([.mapping([.init(key, value), .init("b", value)])])
      #expect(try readBack(tree) == tree)
    }
  }

  @Test func `comments cannot break out of their line`() throws {
    let tree = YAMLTree.mapping([.init("a", .number(1), comment: "x\nb: 2\r\nc\u{2028}d: 3\u{0}\u{85}e: 4")])
    #expect(try readBack(tree, heading: "y\rz: 5") == tree.withoutComments)
  }

  @Test(arguments: UInt64(0)..<200)
  func `a random tree is read back as it was`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let tree = Self.randomTree(depth: 5, using: &random)
    #expect(try readBack(tree) == tree.withoutComments)
  }

  private static func randomTree(depth: Int, using random: inout SeededGenerator) -> YAMLTree {
    switch Int.random(in: depth == 0 ? 2...6 : 0...6, using: &random) {
    case 0:
      return .sequence(
        (0..<Int.random(in: 0...4, using: &random)).map { _ in randomTree(depth: depth - 1, using: &random) })
    case 1:
      let entries = (0..<Int.random(in: 0...4, using: &random)).map { index in
        YAMLTree.Entry(
          "\(randomText(using: &random))\(index)", randomTree(depth: depth - 1, using: &random),
          comment: Bool.random(using: &random) ? randomText(using: &random) : nil)
      }
      return .mapping(entries)
    case 2: return .number(Int.random(in: .min ... .max, using: &random))
    case 3: return .number(Double.random(in: -1e9...1e9, using: &random))
    case 4: return .bool(Bool.random(using: &random))
    case 5: return .null
    default: return .text(randomText(using: &random))
    }
  }

  private static func randomText(using random: inout SeededGenerator) -> String {
    let alphabet: [Character] = ["a", "B", "1", "-", ":", " ", "#", "\"", "'", "\n", "{", "[", "&", "é", "\u{1}", "."]
    return String(
      (0..<Int.random(in: 0...8, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "a" })
  }
}
