import FoundationEssentials
import Quantities

extension TraceFile {
  /// Reads a trace of ours and verifies that it is what was written.
  ///
  /// - Throws: ``WorkloadError/trace(path:line:problem:)``.
  public init(hydraserve contents: [UInt8], path: String) throws(WorkloadError) {
    var lines = TraceLines(contents)
    guard let first = lines.next() else { throw .trace(path: path, line: 0, problem: .empty) }
    let expected = "a header with schema, requests and checksum"
    let header = try Self.decode(TraceHeaderLine.self, first, expected: expected, path: path)
    guard header.schema == Self.schema else {
      throw .trace(path: path, line: first.number, problem: .wrongSchema(header.schema, expected: Self.schema))
    }
    if let duration = header.durationSeconds, !(duration > 0 && duration <= TraceLimits.seconds) {
      throw .trace(
        path: path, line: first.number,
        problem: .outOfRange(
          column: "duration_s", text: "\(duration)",
          allowed: "seconds above 0 and up to \(TraceLimits.text(TraceLimits.seconds))"))
    }
    // Line by line first: a line that is cut short says more than a checksum that does not fit.
    let records = try Self.records(&lines, path: path)
    guard records.count == header.requests else {
      throw .trace(
        path: path, line: first.number, problem: .requestCount(records.count, expected: header.requests))
    }
    let checksum = LineChecksum.text(of: contents[first.end...])
    guard checksum == header.checksum else {
      throw .trace(path: path, line: first.number, problem: .wrongChecksum(checksum, expected: header.checksum))
    }
    guard !records.isEmpty else { throw .trace(path: path, line: 0, problem: .empty) }
    self.init(records: records, metadata: header.metadata)
  }

  /// Reads a Mooncake trace; requests without a number are numbered by line.
  ///
  /// - Throws: ``WorkloadError/trace(path:line:problem:)``.
  public init(mooncake contents: [UInt8], path: String) throws(WorkloadError) {
    var lines = TraceLines(contents)
    let records = try Self.records(&lines, path: path)
    guard !records.isEmpty else { throw .trace(path: path, line: 0, problem: .empty) }
    self.init(records: records)
  }

  /// The trace as a text of our own form.
  ///
  /// - Throws: what the encoder throws, which it does for no trace that the readers accept.
  public func jsonLines() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var lines: [UInt8] = []
    for record in records {
      lines += try encoder.encode(TraceRecordLine(record))
      lines.append(UInt8(ascii: "\n"))
    }
    let header = TraceHeaderLine(
      requests: records.count, checksum: LineChecksum.text(of: lines[...]), metadata: metadata)
    return String(decoding: try encoder.encode(header), as: UTF8.self) + "\n" + String(decoding: lines, as: UTF8.self)
  }

  private static func records(_ lines: inout TraceLines, path: String) throws(WorkloadError) -> [TraceRecord] {
    var records: [TraceRecord] = []
    var ids = Set<Int>()
    while let line = lines.next() {
      let expected = "an object with the numbers timestamp, input_length and output_length"
      let read = try decode(TraceRecordLine.self, line, expected: expected, path: path)
      do throws(TraceProblem) {
        let record = try read.record(number: records.count + 1)
        guard ids.insert(record.id).inserted else { throw .duplicateID(record.id) }
        guard records.last.map({ $0.sendAt <= record.sendAt }) ?? true else { throw .unsorted(column: "timestamp") }
        records.append(record)
      } catch {
        throw .trace(path: path, line: line.number, problem: error)
      }
    }
    return records
  }

  private static func decode<Value: Decodable>(
    _ type: Value.Type, _ line: TraceLines.Line, expected: String, path: String
  ) throws(WorkloadError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(line.bytes))
    } catch {
      throw .trace(path: path, line: line.number, problem: .notJSON(expected: expected))
    }
  }
}

/// A checksum that notices every changed byte: FNV-1a, 64 bits.
///
/// It protects against accidents, such as an editor's; it is no signature.
enum LineChecksum {
  static func text(of bytes: ArraySlice<UInt8>) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
    let digits = String(hash, radix: 16)
    return "fnv1a64:" + String(repeating: "0", count: 16 - digits.count) + digits
  }
}
