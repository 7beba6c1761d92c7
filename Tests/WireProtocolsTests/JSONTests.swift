import Testing
import WireProtocols

@Suite struct JSONTests {
  @Test(arguments: [
    (#" {"b":1,"a":[true,false,null,-2.5,1e3]} "#, #"{"b":1,"a":[true,false,null,-2.5,1000.0]}"#),
    (#""\u00e9\ud83d\ude00\/\"\\\n\u0001""#, #""é😀/\"\\\n\u0001""#),
    ("9223372036854775807", "9223372036854775807"),
    ("[]", "[]"), ("{}", "{}"),
  ])
  func `a text is read and written in its own order`(text: String, written: String) throws {
    #expect(try JSON(parsing: Array(text.utf8)).text == written)
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":}", "01", "1.", "+1", ".5", "tru", "\"a", "\"\\x\"", "\"\\u12g4\"", "1 2", "{'a':1}",
    "nan",
    "\"tab\there\"", "\u{1}",
  ])
  func `what is no JSON is refused`(text: String) {
    #expect(throws: WireError.self) { try JSON(parsing: Array(text.utf8)) }
  }

  @Test func `deep nesting is refused before the stack is used up`() {
    let error = #expect(throws: WireError.self) {
      try JSON(parsing: Array(String(repeating: "[", count: 100_000).utf8))
    }
    #expect(error == .notJSON(expected: "no more than 64 levels", position: 64))
  }

  @Test(arguments: UInt64(0)..<200)
  func `no bytes crash the parser`(seed: UInt64) {
    var state = seed
    let alphabet = Array(#"{}[]":,\u0019-.eEtrufalsn "#.utf8) + [0xFF, 0x00]
    let bytes = (0..<60).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return alphabet[Int(state >> 33) % alphabet.count]
    }
    if let value = try? JSON(parsing: bytes) {  // what is accepted is written back as JSON
      #expect((try? JSON(parsing: value.bytes)) == value)
    }
  }

  @Test func `metrics have Prometheus's form`() {
    var text = PrometheusText()
    text.add("up", .gauge, help: "Whether it\nis up.", [.init(1, labels: [.init("name", #"a"\b"#)]), .init(0.25)])
    var histogram = MetricHistogram(bounds: [0.5, 1])
    for value in [0.5, 0.75, 3] { histogram.record(value) }
    text.add("ttft_seconds", help: "TTFT.", histogram, labels: [.init("model", "m")])
    #expect(
      text.text == """
        # HELP up Whether it\\nis up.
        # TYPE up gauge
        up{name="a\\"\\\\b"} 1
        up 0.25
        # HELP ttft_seconds TTFT.
        # TYPE ttft_seconds histogram
        ttft_seconds_bucket{model="m",le="0.5"} 1
        ttft_seconds_bucket{model="m",le="1"} 2
        ttft_seconds_bucket{model="m",le="+Inf"} 3
        ttft_seconds_sum{model="m"} 4.25
        ttft_seconds_count{model="m"} 3

        """)
  }
}
