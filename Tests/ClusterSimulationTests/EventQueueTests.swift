import Quantities
import Testing

@testable import ClusterSimulation

@Suite struct EventQueueTests {
  @Test func `events come in the order of time and the clock follows`() {
    var queue = EventQueue<String>()
    queue.schedule("late", at: .seconds(3))
    queue.schedule("early", at: .seconds(1))
    queue.schedule("middle", at: .seconds(2))
    #expect(queue.count == 3)
    #expect(queue.peekTime == .seconds(1))
    #expect(queue.now == .zero)
    #expect(queue.next()?.payload == "early")
    #expect(queue.now == .seconds(1))
    queue.schedule("now", at: .seconds(1))
    #expect(drain(&queue) == ["now", "middle", "late"])
    #expect(queue.now == .seconds(3))
  }

  @Test func `an empty queue has no next event and its clock stands`() {
    var queue = EventQueue<Int>()
    #expect(queue.isEmpty)
    #expect(queue.peekTime == nil)
    #expect(queue.next() == nil)
    queue.schedule(1, at: .seconds(5))
    #expect(queue.next()?.time == .seconds(5))
    #expect(queue.next() == nil)
    #expect(queue.now == .seconds(5))
  }

  @Test func `events of one moment come in the order of scheduling`() {
    var queue = EventQueue<Int>()
    for number in 0..<100 { queue.schedule(number, at: .seconds(1)) }
    #expect(drain(&queue) == Array(0..<100))
  }

  @Test func `an event scheduled for the present comes behind those already due`() {
    var queue = EventQueue<String>()
    queue.schedule("first", at: .seconds(1))
    queue.schedule("second", at: .seconds(1))
    #expect(queue.next()?.payload == "first")
    queue.schedule("third", at: .seconds(1))
    #expect(drain(&queue) == ["second", "third"])
  }

  @Test func `ties keep their order when the count of events starts anew`() {
    var queue = EventQueue<Int>(firstSequence: 1 << 40 - 10)
    for number in 0..<30 { queue.schedule(number, at: .seconds(Double(number % 3))) }
    let expected = [0, 1, 2].flatMap { rest in (0..<30).filter { $0 % 3 == rest } }
    #expect(drain(&queue) == expected)
  }

  @Test func `the latest moment there is comes last`() {
    var queue = EventQueue<String>()
    queue.schedule("end", at: Timestamp(nanoseconds: .max))
    queue.schedule("start", at: .zero)
    #expect(drain(&queue) == ["start", "end"])
    #expect(queue.now.nanoseconds == .max)
  }

  @Test func `an event handed out is no longer kept`() {
    final class Token: Sendable {}
    var queue = EventQueue<Token>()
    weak var kept: Token?
    do {
      let token = Token()
      kept = token
      queue.schedule(token, at: .zero)
    }
    #expect(kept != nil)
    #expect(queue.next() != nil)
    #expect(kept == nil)
  }

  @Test func `a copy runs on its own`() {
    var queue = EventQueue<Int>()
    queue.schedule(1, at: .seconds(1))
    var copy = queue
    copy.schedule(2, at: .seconds(2))
    #expect(drain(&copy) == [1, 2])
    #expect(queue.now == .zero)
    #expect(drain(&queue) == [1])
  }

  @Test func `an event in the past is a mistake`() async {
    await #expect(processExitsWith: .failure) {
      var queue = EventQueue<Int>()
      queue.schedule(1, at: .seconds(2))
      _ = queue.next()
      queue.schedule(2, at: .seconds(1))
    }
  }

  @Test(arguments: UInt64(0)..<100)
  func `any mix of scheduling and taking agrees with a sorted list`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    // Half of the seeds lead the count of events past its end.
    var queue = EventQueue<Int>(firstSequence: seed % 2 == 0 ? 0 : 1 << 40 - 200)
    var model: [(time: Int64, number: Int)] = []  // kept in the order in which events are due
    let span = Int64.random(in: 1...1000, using: &random)  // a short span makes many ties
    for number in 0..<600 {
      let time = queue.now.nanoseconds + Int64.random(in: 0...span, using: &random)
      queue.schedule(number, at: Timestamp(nanoseconds: time))
      model.insert((time, number), at: model.firstIndex { $0.time > time } ?? model.count)
      for _ in 0..<Int.random(in: 0...2, using: &random) { takeAndCompare(&queue, &model) }
      #expect(queue.count == model.count)
      #expect(queue.peekTime?.nanoseconds == model.first?.time)
    }
    while !model.isEmpty { takeAndCompare(&queue, &model) }
    #expect(queue.isEmpty)
  }

  @Test func `a hundred thousand pending events come in order`() {
    var random = SplitMix64(seed: 7)
    var queue = EventQueue<Int64>()
    let times = (0..<100_000).map { _ in Int64.random(in: 0...1_000_000_000, using: &random) }
    for time in times { queue.schedule(time, at: Timestamp(nanoseconds: time)) }
    #expect(drain(&queue) == times.sorted())
  }

  private func takeAndCompare(_ queue: inout EventQueue<Int>, _ model: inout [(time: Int64, number: Int)]) {
    let event = queue.next()
    let expected = model.isEmpty ? nil : model.removeFirst()
    #expect(event?.time.nanoseconds == expected?.time)
    #expect(event?.payload == expected?.number)
  }

  private func drain<Payload>(_ queue: inout EventQueue<Payload>) -> [Payload] {
    var payloads: [Payload] = []
    while let event = queue.next() { payloads.append(event.payload) }
    return payloads
  }
}
