import FoundationEssentials

/// JSON as it is written to files: keys sorted, so that the same values give the same bytes.
package enum JSONText {
  /// One value over several lines, for people.
  package static func pretty(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }

  /// Values one a line, for programs.
  package static func lines(_ values: [some Encodable]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var text = ""
    for value in values {
      text += String(decoding: try encoder.encode(value), as: UTF8.self)
      text += "\n"
    }
    return text
  }

  /// A value read from a file of ours.
  ///
  /// - Throws: ``ExperimentError/malformed(path:line:expected:)`` when the file is something else.
  package static func read<Value: Decodable>(_ type: Value.Type, from path: String, expected: String) throws -> Value {
    let text = try FileStore.read(path)
    do {
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch {
      throw ExperimentError.malformed(path: path, line: 1, expected: expected)
    }
  }
}

/// A number that tells texts apart and is the same on every machine (FNV-1a, 64 bits).
struct StableHash {
  private var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ text: String) {
    for byte in text.utf8 { add(byte) }
    add(0xff)  // no byte of UTF-8: keeps "ab", "c" apart from "a", "bc"
  }

  mutating func add(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
  }

  var hexadecimal: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
