import Testing

@testable import Experiments

/// Results as text: whole or not at all.
@Suite struct ResultTextTests {
  private static func result(seed: UInt64, line: String = "{\"a\":1}") -> ItemResult {
    ItemResult(
      head: ItemResult.Head(
        item: SweepItem(
          variant: 0,
          setting: .endToEnd(EndToEndSetting(system: .hydraServe, cv: 8, requestsPerSecond: 0.6)), seed: seed),
        inputHash: "abc", build: "b", host: "h", startedAt: "2026-01-01T00:00:00Z", endedAt: "2026-01-01T00:00:01Z"),
      files: [RunFile("seed.json", "{\"n\":\(seed)}\n"), RunFile("requests.jsonl", "\(line)\n\n\(line)\n")])
  }

  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func `results are read back as they were`() throws {
    let text = try (1...3).map { try ResultText.text(of: Self.result(seed: $0)) }.joined()
    let read = ResultText.read(Self.bytes(text))
    #expect(read.results.map(\.head.item.seed) == [1, 2, 3])
    #expect(read.results.map(\.files) == (1...3).map { Self.result(seed: $0).files })
    #expect(read.others.isEmpty)
  }

  @Test func `long lines are broken between characters and put together again`() throws {
    let long = String(repeating: "aé漢🙂", count: 5000)
    let text = try ResultText.text(of: Self.result(seed: 1, line: long))
    #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count <= ResultText.longestPiece + 1 })
    #expect(ResultText.read(Self.bytes(text)).results.first?.files == Self.result(seed: 1, line: long).files)
  }

  @Test func `a text that is cut anywhere gives the results that stand whole in it and no other`() throws {
    let texts = try (1...3).map { Self.bytes(try ResultText.text(of: Self.result(seed: $0))) }
    let whole = texts.flatMap { $0 }
    let ends = [texts[0].count, texts[0].count + texts[1].count, whole.count]
    for cut in 0...whole.count {
      // The line break after a result may be cut off; the result is whole all the same.
      let kept = ResultText.read(Array(whole[..<cut])).results.map(\.head.item.seed)
      #expect(kept == (1...3).filter { ends[$0 - 1] <= cut + 1 }.map { UInt64($0) }, "cut off after \(cut) bytes")
      let rest = ResultText.read(Array(whole[cut...])).results.map(\.head.item.seed)
      let begins = [0, ends[0], ends[1]]
      #expect(rest == (1...3).filter { begins[$0 - 1] >= cut }.map { UInt64($0) }, "began with byte \(cut)")
    }
  }

  @Test func `a line that is lost, doubled or changed spoils its result and no other`() throws {
    let first = try ResultText.text(of: Self.result(seed: 1)).split(separator: "\n").map(String.init)
    let second = try ResultText.text(of: Self.result(seed: 2))
    for line in first.indices {
      // A doubled beginning begins anew and a doubled end ends nothing, so those two do no harm.
      let doubled = line == first.startIndex || line == first.endIndex - 1 ? [] : [first[line], first[line]]
      for change in [[], doubled, [first[line] + "x"]] {
        var lines = first
        lines.replaceSubrange(line...line, with: change)
        let text = lines.map { $0 + "\n" }.joined() + second
        #expect(ResultText.read(Self.bytes(text)).results.map(\.head.item.seed) == [2], "line \(line)")
      }
    }
  }

  @Test func `lines of others in between do no harm and are told`() throws {
    let lines = try ResultText.text(of: Self.result(seed: 1)).split(separator: "\n")
    let text = lines.map { "warning: something\n\($0)\n" }.joined()
    let read = ResultText.read(Self.bytes(text))
    #expect(read.results.count == 1)
    #expect(read.others == lines.map { _ in "warning: something" })
  }
}
