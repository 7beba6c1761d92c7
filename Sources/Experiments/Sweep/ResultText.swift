import FoundationEssentials

/// Results of items as plain text that may be cut, mixed with other lines or read twice: each is taken whole or not at all.
///
/// ```
/// @item {…}              what it is the result of
/// @file requests.jsonl   a file begins
/// |{"app":…}             a line of it, behind a mark
/// +{"long                a piece of a line that goes on
/// |er":…}
/// @end {"checksum":"…","lines":3}
/// ```
///
/// Container logs hold it as it is. No line is longer than the 16 KiB up to which container runtimes keep a line in one
/// piece, and lines of anything else that is printed in between have no mark, so they do no harm.
public enum ResultText {
  /// The longest piece of a line, in bytes.
  static let longestPiece = 8000

  private struct End: Codable, Equatable {
    let checksum: String
    let lines: Int
  }

  /// The text of a result.
  ///
  /// - Precondition: its files end with a line break, unless they are empty.
  public static func text(of result: ItemResult) throws -> String {
    var lines = ["@item \(try JSONText.lines([result.head]).dropLast())"]
    for file in result.files {
      lines.append("@file \(file.name)")
      precondition(file.text.isEmpty || file.text.utf8.last == UInt8(ascii: "\n"), "a file has whole lines")
      for line in file.text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
        append(line, to: &lines)
      }
    }
    let end = End(checksum: checksum(lines.map { Array($0.utf8)[...] }), lines: lines.count)
    return lines.map { $0 + "\n" }.joined() + "@end \(try JSONText.lines([end]))"
  }

  private static func append(_ line: Substring.UTF8View, to lines: inout [String]) {
    var rest = line
    while rest.count > longestPiece {
      var cut = rest.index(rest.startIndex, offsetBy: longestPiece)
      while rest[cut] & 0xC0 == 0x80 { cut = rest.index(before: cut) }  // in the middle of a character
      lines.append("+" + String(Substring(rest[..<cut])))
      rest = rest[cut...]
    }
    lines.append("|" + String(Substring(rest)))
  }

  private static func checksum(_ lines: [ArraySlice<UInt8>]) -> String {
    var hash = StableHash()
    for line in lines {
      for byte in line { hash.add(byte) }
      hash.add(UInt8(ascii: "\n"))
    }
    return hash.hexadecimal
  }

  /// The results that stand whole in a text, and the lines of anything else.
  public static func read(_ bytes: [UInt8]) -> (results: [ItemResult], others: [String]) {
    var results: [ItemResult] = []
    var others: [String] = []
    var open: [ArraySlice<UInt8>] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      switch line.first {
      case UInt8(ascii: "@") where line.starts(with: "@item ".utf8): open = [line]
      case UInt8(ascii: "@") where line.starts(with: "@end ".utf8):
        if let result = result(open, end: line.dropFirst(5)) { results.append(result) }
        open = []
      case UInt8(ascii: "@") where line.starts(with: "@file ".utf8), UInt8(ascii: "|"), UInt8(ascii: "+"):
        if !open.isEmpty { open.append(line) }
      default: others.append(String(decoding: line, as: UTF8.self))
      }
    }
    return (results, others)
  }

  private static func result(_ lines: [ArraySlice<UInt8>], end: ArraySlice<UInt8>) -> ItemResult? {
    guard let first = lines.first, let wanted = try? JSONDecoder().decode(End.self, from: Data(end)),
      wanted == End(checksum: checksum(lines), lines: lines.count),
      let head = try? JSONDecoder().decode(ItemResult.Head.self, from: Data(first.dropFirst("@item ".utf8.count)))
    else { return nil }
    var files: [(name: String, bytes: [UInt8])] = []
    for line in lines.dropFirst() {
      if line.first == UInt8(ascii: "@") {
        files.append((String(decoding: line.dropFirst("@file ".utf8.count), as: UTF8.self), []))
      } else {
        guard !files.isEmpty else { return nil }
        files[files.count - 1].bytes += line.dropFirst()
        if line.first == UInt8(ascii: "|") { files[files.count - 1].bytes.append(UInt8(ascii: "\n")) }
      }
    }
    return ItemResult(
      head: head, files: files.map { RunFile($0.name, String(decoding: $0.bytes, as: UTF8.self)) })
  }
}
