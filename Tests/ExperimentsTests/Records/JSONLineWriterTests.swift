import Foundation
import GoldenData
import Quantities
import Testing

@testable import Experiments

/// The writer of lines against the encoder that it stands in for.
@Suite struct JSONLineWriterTests {
  private struct Line: Codable, Equatable {
    var d: Double?
    var i: Int?
    var s: String?
    var v: [Int]?
    var w: [String]?
    var y: Bool?
  }

  private static func written(_ line: Line) -> String {
    var lines = JSONLines()
    lines.begin()
    lines.add("d", line.d)
    lines.add("i", line.i)
    lines.add("s", line.s)
    lines.add("v", line.v)
    lines.add("w", line.w)
    lines.add("y", line.y)
    lines.end()
    return lines.text
  }

  @Test func `texts, numbers and lists are what the encoder writes`() throws {
    let texts = ["", "vendor/name/3", "a \"quoted\" \\ word", "naïve – 模型"]
    let numbers = [0, -0.5, 1, 1.5, 1e-7, 123_456_789.125, 0.1 + 0.2, 1e15, -3]
    for (index, text) in texts.enumerated() {
      for number in numbers {
        let line = Line(
          d: number, i: index - 1, s: text, v: index == 0 ? [] : [1, -2], w: index == 0 ? nil : texts, y: index > 1)
        #expect(try Self.written(line) == JSONText.lines([line]))
      }
    }
    #expect(Self.written(Line()) == "{}\n")
  }

  @Test func `control characters are read back`() throws {
    let line = Line(s: String(decoding: (0..<0x20).map { UInt8($0) }, as: UTF8.self) + "\u{7f}")
    #expect(try JSONDecoder().decode(Line.self, from: Data(Self.written(line).utf8)) == line)
  }

  @Test(arguments: UInt64(0)..<100)
  func `any number is read back to the last bit`(seed: UInt64) throws {
    var random = RandomStream(seed: seed, purpose: "numbers")
    for _ in 0..<50 {
      let bits = Double(bitPattern: random.next())
      guard bits.isFinite else { continue }
      let line = Line(d: bits, i: Int(truncatingIfNeeded: random.next()))
      let read = try JSONDecoder().decode(Line.self, from: Data(Self.written(line).utf8))
      #expect(read.d == bits && read.i == line.i)
    }
  }
}
