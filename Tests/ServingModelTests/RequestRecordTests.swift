import Quantities
import ServingModel
import Testing

@Suite struct RequestRecordTests {
  private static func record(
    _ id: Int, model: Int = 0, sent: Double, first: Double?, finished: Double?
  ) -> RequestRecord {
    var record = RequestRecord(
      request: Request(id: id, deployment: model, promptTokens: 1, outputTokens: 1), sentAt: .seconds(sent))
    record.firstTokenAt = first.map { .seconds($0) }
    record.finishedAt = finished.map { .seconds($0) }
    return record
  }

  @Test func `a model whose last answer is older than the keep-alive starts cold again`() {
    let records = [
      Self.record(1, sent: 0, first: 10, finished: 12),
      Self.record(2, sent: 5, first: 10, finished: 13),  // nothing runs yet
      Self.record(3, model: 1, sent: 20, first: 30, finished: 31),  // the other model does
      Self.record(4, sent: 42.5, first: 43, finished: 44),  // within 30 s of the end of 2
      Self.record(5, sent: 74, first: 84, finished: 85),  // 30 s after the end of 4
    ]
    #expect(records.markedColdStarts(keepAlive: .seconds(30)).map(\.metColdStart) == [true, true, true, false, true])
  }

  @Test func `an instance that still answers runs, and one that never answered does not`() {
    let records = [
      Self.record(1, sent: 0, first: 10, finished: nil), Self.record(2, sent: 1000, first: 1001, finished: 1002),
      Self.record(3, model: 1, sent: 0, first: nil, finished: 5),
      Self.record(4, model: 1, sent: 6, first: 9, finished: 9),
    ]
    #expect(records.markedColdStarts(keepAlive: .seconds(30)).map(\.metColdStart) == [true, false, true, true])
  }
}
