import GoldenData
import Testing

@testable import ResultAnalysis

/// The published samples and the generator below them, bit for bit.
@Suite struct PythonRandomOracleTests {
  @Test func `samples are drawn at the recorded positions`() throws {
    let cases = try GoldenData.cases("analysis/sampling.json").filter { try !$0["sample"].isNull }
    try #require(!cases.isEmpty)
    for item in cases {
      var random = PythonRandom(seed: UInt64(try item["seed"].int))
      let drawn = random.sample(try item["count"].int, of: try item["population"].int)
      let index = try item["i"].int
      #expect(drawn == (try item["sample"].array.map { try $0.int }), "case \(index)")
    }
  }

  @Test func `words, doubles and bounded integers are the recorded ones`() throws {
    let cases = try GoldenData.cases("analysis/sampling.json").filter { try !$0["bounded"].isNull }
    try #require(!cases.isEmpty)
    for item in cases {
      let seed = UInt64(try item["seed"].int)
      var words = PythonRandom(seed: seed)
      for word in try item["first_32_bit_words"].array { #expect(Int(words.word()) == (try word.int)) }
      var doubles = PythonRandom(seed: seed)
      for value in try item["first_doubles"].array { #expect(doubles.unit() == (try value.double)) }
      var integers = PythonRandom(seed: seed)
      for pair in try item["bounded"].array { #expect(integers.integer(below: try pair[0].int) == (try pair[1].int)) }
    }
  }

  @Test func `a whole population is drawn once each`() {
    var random = PythonRandom(seed: 3)
    #expect(random.sample(40, of: 40).sorted() == Array(0..<40))
    #expect(random.sample(0, of: 5).isEmpty)
  }

  /// From Python 3.11: `random.seed(2**40 + 7)`, then `random.getrandbits(32)` twice.
  @Test func `a seed of more than 32 bits seeds with both of its halves`() {
    var random = PythonRandom(seed: 0x100_0000_0007)
    #expect([random.word(), random.word()] == [2_635_837_658, 3_209_733_218])
  }
}
