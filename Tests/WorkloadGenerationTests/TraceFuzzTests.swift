import Quantities
import Testing

@testable import WorkloadGeneration

/// Damaged files are read or refused, never a crash, and what is read keeps its promises.
@Suite struct TraceFuzzTests {
  private static let samples = [
    "app,func,end_timestamp,duration\na1,f1,0.079,0.25\na1,f2,3,1\na2,f1,10,9.5\n",
    "TIMESTAMP,ContextTokens,GeneratedTokens\n"
      + "2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:15:50.9951690,396,109\n",
    "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
      + "5,ChatGPT,472,18,490,log\n9,GPT-4,8,7,15,log\n",
    "{\"timestamp\": 0, \"input_length\": 6758, \"output_length\": 500}\n"
      + "{\"timestamp\": 3.5, \"input_length\": 67, \"output_length\": 5, \"id\": 9, \"model\": \"m\"}\n",
  ]

  private static let insertions = [
    "nan", "inf", "-", "-1", "1e308", "99999999999999999999", ",", "\n", "\r", "\"", "{", "}", "[", "\u{0}", "\\u0000",
    "2023-02-30", "0x1p4", "\u{FEFF}", "null", "true", ".", "1e-320",
  ].map { Array($0.utf8) }

  @Test(arguments: UInt64(0)..<200)
  func `a damaged file is read or refused`(seed: UInt64) throws {
    var random = RandomStream(seed: seed, purpose: "damage")
    for sample in Self.samples + [try Self.ours()] {
      for _ in 0..<5 {
        var bytes = Array(sample.utf8)
        for _ in 0...random.uniform(below: 3) { Self.damage(&bytes, using: &random) }
        Self.read(bytes)
      }
    }
  }

  @Test(arguments: UInt64(0)..<100)
  func `noise is read or refused`(seed: UInt64) {
    var random = RandomStream(seed: seed, purpose: "noise")
    let header = Array(Self.samples[random.uniform(below: Self.samples.count)].utf8)
    let keep = random.uniform(below: header.count)
    Self.read(Array(header[..<keep]) + (0..<random.uniform(below: 300)).map { _ in UInt8(random.uniform(below: 256)) })
  }

  @Test(arguments: UInt64(0)..<100)
  func `no changed byte of ours goes unnoticed after the header`(seed: UInt64) throws {
    var random = RandomStream(seed: seed, purpose: "change")
    var bytes = Array(try Self.ours().utf8)
    let header = try #require(bytes.firstIndex(of: UInt8(ascii: "\n")))
    let position = header + 1 + random.uniform(below: bytes.count - header - 1)
    bytes[position] ^= UInt8(1 + random.uniform(below: 255))
    #expect(throws: WorkloadError.self) { try TraceFile(hydraserve: bytes, path: "t") }
  }

  private static func ours() throws -> String {
    let records = (0..<5).map { index in
      TraceRecord(
        id: index + 1, sendAt: .seconds(Double(index) * 1.25), promptTokens: 10 + index, outputTokens: 5,
        model: "m/\(index)")
    }
    return try TraceFile(records: records).jsonLines()
  }

  private static func damage(_ bytes: inout [UInt8], using random: inout RandomStream) {
    guard !bytes.isEmpty else { return }
    let position = random.uniform(below: bytes.count)
    switch random.uniform(below: 5) {
    case 0: bytes[position] = UInt8(random.uniform(below: 256))
    case 1: bytes.removeSubrange(position..<min(bytes.count, position + 1 + random.uniform(below: 10)))
    case 2: bytes.insert(contentsOf: insertions[random.uniform(below: insertions.count)], at: position)
    case 3: bytes.removeSubrange(position...)
    default: bytes.insert(contentsOf: bytes[position...], at: random.uniform(below: bytes.count))
    }
  }

  /// Reads a file in both ways and checks what comes out.
  private static func read(_ bytes: [UInt8]) {
    do {
      let trace = try TraceFile(bytes, path: "t")
      #expect(!trace.records.isEmpty)
      #expect(zip(trace.records, trace.records.dropFirst()).allSatisfy { $0.sendAt <= $1.sendAt })
      #expect(
        trace.records.allSatisfy {
          $0.sendAt >= .zero && 1...TraceLimits.tokens ~= $0.promptTokens && 1...TraceLimits.tokens ~= $0.outputTokens
        })
      #expect(TraceStatistics(trace).requests == trace.records.count)
    } catch {
      #expect(!error.description.isEmpty && !error.description.contains("\n"))
    }
    do {
      let trace = try FunctionTrace(azureFunctions: bytes, path: "t")
      #expect(trace.functions.allSatisfy { !$0.isEmpty && $0[0] >= 0 })
      #expect(TraceReplay(trace: trace, models: 4).segments(cvScale: 8).allSatisfy { 0..<4 ~= $0.deployment })
    } catch {
      #expect(!error.description.isEmpty && !error.description.contains("\n"))
    }
  }
}
