import Testing
import YAMLReading

@Suite struct YAMLFuzzTests {
  private static let samples = [
    "base: &base {gpus: 1, zone: a}\nnodes:\n  - name: n\n    <<: *base\n  - [1, 2.5, ~, true, \"q\\n\", 'x']\n",
    "text: |\n  two\n  lines\nfold: >-\n  one\n  line\n? key\n: value\n# comment\n",
    "%YAML 1.2\n---\na: !!str b\nb: &x [*x]\n...\n---\nc: d\n",
    "\u{FEFF}k: 0x10\r\nlist:\r\n- - - deep\r\n- {a: {b: [c, {d: e}]}}\r\n",
  ]
  private static let bytes = Array("[]{}:,-?&*!|>'\"%@`#~<\n\r\t ax0.é\u{0}\u{85}".utf8)

  /// Cuts, doubles, overwrites or inserts bytes; the result may be anything.
  private static func mutated(_ sample: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
    var text = sample
    for _ in 0..<Int.random(in: 1...6, using: &random) where !text.isEmpty {
      let position = Int.random(in: text.indices, using: &random)
      let end = min(text.count, position + Int.random(in: 1...12, using: &random))
      switch Int.random(in: 0..<4, using: &random) {
      case 0: text.removeSubrange(position..<end)
      case 1: text.insert(contentsOf: text[position..<end], at: Int.random(in: 0...text.count, using: &random))
      case 2: text[position] = bytes[Int.random(in: bytes.indices, using: &random)]
      default: text.insert(bytes[Int.random(in: bytes.indices, using: &random)], at: position)
      }
    }
    return text
  }

  @Test(arguments: UInt64(0)..<20)
  func `a thousand broken texts are each read, and then written faithfully, or refused with a place`(seed: UInt64)
    throws
  {
    var random = SeededGenerator(seed: seed)
    var accepted = 0
    for _ in 0..<1000 {
      let sample = Self.samples[Int.random(in: Self.samples.indices, using: &random)]
      let text = String(decoding: Self.mutated(Array(sample.utf8), using: &random), as: UTF8.self)
      do {
        let tree = try YAMLTree(YAMLParser.parse(text, file: "fuzz.yaml"))
        accepted += 1
        let again = try YAMLTree(YAMLParser.parse(YAMLWriter.write(tree), file: "fuzz.yaml"))
        #expect(again == tree, "\(text.debugDescription)")
      } catch let error as YAMLError {
        #expect("\(error)".hasPrefix("fuzz.yaml"), "\(text.debugDescription)")
      }
    }
    // Otherwise the mutations are so wild, or so tame, that the test shows nothing.
    #expect((1..<1000).contains(accepted))
  }
}
