/// Finds the events in a `text/event-stream`, however its bytes are cut.
///
/// Lines end with LF, CRLF or CR; comments and fields other than `data` and `event` are left out; several `data` lines
/// of an event are joined by LF; an event that the stream does not finish with a blank line is none.
///
/// - Source: the HTML standard, "Server-sent events"; the details of OpenAI's use of it.
public struct ServerSentEventParser: Sendable {
  /// The most bytes that an event may have, so that a hostile stream cannot fill the memory.
  public let limit: Int
  private var line: [UInt8] = []
  private var data: [UInt8] = []
  private var hasData = false
  private var eventType: [UInt8] = []
  private var skipsLineFeed = false
  private var isFirstLine = true

  /// A parser at the beginning of a stream.
  public init(limit: Int = 1 << 20) {
    self.limit = limit
  }

  /// Reads bytes and hands out each event that they complete: its data, and its type, empty for a plain one.
  ///
  /// - Throws: ``WireError/eventTooLong(limit:)``; the stream cannot be read on after it.
  public mutating func feed(
    _ bytes: UnsafeRawBufferPointer, _ event: (_ data: UnsafeRawBufferPointer, _ type: [UInt8]) -> Void
  ) throws(WireError) {
    var start = 0
    if skipsLineFeed, let first = bytes.first {
      skipsLineFeed = false
      if first == UInt8(ascii: "\n") { start = 1 }
    }
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
        index += 1
        continue
      }
      try append(bytes[start..<index])
      endLine(event)
      index += 1
      if byte == UInt8(ascii: "\r") {
        if index == bytes.count { skipsLineFeed = true } else if bytes[index] == UInt8(ascii: "\n") { index += 1 }
      }
      start = index
    }
    try append(bytes[min(start, bytes.count)...])
  }

  private mutating func append(_ part: Slice<UnsafeRawBufferPointer>) throws(WireError) {
    guard line.count + data.count + part.count <= limit else { throw .eventTooLong(limit: limit) }
    line.append(contentsOf: part)
  }

  private mutating func endLine(_ event: (UnsafeRawBufferPointer, [UInt8]) -> Void) {
    defer { line.removeAll(keepingCapacity: true) }
    if isFirstLine {
      isFirstLine = false
      if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    }
    guard !line.isEmpty else { return endEvent(event) }
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
    var value = line[min(colon + 1, line.endIndex)...]
    if value.first == UInt8(ascii: " ") { value.removeFirst() }
    if line[..<colon].elementsEqual("data".utf8) {
      if hasData { data.append(UInt8(ascii: "\n")) }
      data += value
      hasData = true
    } else if line[..<colon].elementsEqual("event".utf8) {
      eventType = Array(value)
    }
  }

  private mutating func endEvent(_ event: (UnsafeRawBufferPointer, [UInt8]) -> Void) {
    if hasData { data.withUnsafeBytes { event($0, eventType) } }
    data.removeAll(keepingCapacity: true)
    eventType.removeAll()
    hasData = false
  }
}
