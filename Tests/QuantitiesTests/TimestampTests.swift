import Testing

@testable import Quantities

@Suite struct TimestampTests {
  @Test func `seconds are rounded to the nearest nanosecond`() {
    #expect(Timestamp.seconds(1.5).nanoseconds == 1_500_000_000)
    #expect(Timestamp.seconds(2.4e-9).nanoseconds == 2)
    #expect(Timestamp.seconds(2.6e-9).nanoseconds == 3)
    #expect(Timestamp.zero == .seconds(0))
    #expect(Timestamp(nanoseconds: 250_000_000).inSeconds == 0.25)
  }

  @Test func `a moment and a span give another moment and back`() {
    let start = Timestamp(nanoseconds: 1_000_000_007)
    #expect((start + .milliseconds(3)).nanoseconds == 1_003_000_007)
    #expect((start + .seconds(-1)).nanoseconds == 7)
    #expect(start + .milliseconds(3) - start == .milliseconds(3))
    #expect(start - (start + .nanoseconds(5)) == .nanoseconds(-5))
  }

  @Test func `moments a century into a run keep their nanoseconds`() {
    let late = Timestamp(nanoseconds: 3_155_760_000_000_000_001)  // 100 years of 365.25 days and 1 ns
    #expect((late + .nanoseconds(1)).nanoseconds == 3_155_760_000_000_000_002)
    #expect(late + .nanoseconds(1) - late == .nanoseconds(1))
  }

  @Test func `moments order by time`() {
    #expect(Timestamp(nanoseconds: 1) < Timestamp(nanoseconds: 2))
    #expect([Timestamp.seconds(2), .zero, .seconds(1)].sorted() == [.zero, .seconds(1), .seconds(2)])
  }
}

@Suite struct DurationTests {
  @Test(arguments: [
    (Duration.milliseconds(1250), 1.25), (.seconds(3), 3), (.milliseconds(-1250), -1.25), (.zero, 0),
  ])
  func `a span reads in seconds and milliseconds`(span: Duration, seconds: Double) {
    #expect(span.inSeconds == seconds)
    #expect(span.inMilliseconds == seconds * 1000)
  }

  @Test func `a span is rounded to whole nanoseconds, halves away from zero`() {
    let attoseconds = { (count: Int64) in Duration(secondsComponent: 0, attosecondsComponent: count) }
    #expect(attoseconds(1_499_999_999).inWholeNanoseconds == 1)
    #expect(attoseconds(-1_500_000_000).inWholeNanoseconds == -2)
    #expect(attoseconds(500_000_000).inWholeNanoseconds == 1)
    #expect(Duration.seconds(-2).inWholeNanoseconds == -2_000_000_000)
    #expect(Duration.milliseconds(-1250).inWholeNanoseconds == -1_250_000_000)
  }
}
