import Testing

@testable import KubernetesEmulation

@Suite struct HumanSpanTests {
  /// As kubectl's documentation and output have them.
  @Test(arguments: [
    (0, "0s"), (119, "119s"), (120, "2m"), (185, "3m5s"), (1700, "28m"), (10_800, "3h"), (11_100, "3h5m"),
    (100_000, "27h"), (180_000, "2d2h"), (700_000, "8d"), (-5, "0s"),
  ])
  func `ages are written as kubectl writes them`(seconds: Int64, text: String) {
    #expect(HumanSpan.text(seconds: seconds) == text)
  }

  @Test func `times are read back as they are written`() {
    #expect(APIClock.timestamp(1_700_000_000) == "2023-11-14T22:13:20Z")
    #expect(APIClock.seconds("2023-11-14T22:13:20Z") == 1_700_000_000)
    #expect(APIClock.seconds("yesterday") == nil)
  }

  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy"),
  ])
  func `Base64 is that of RFC 4648`(text: String, encoded: String) {
    #expect(Base64.encode(Array(text.utf8)) == encoded)
    #expect(Base64.decode(encoded) == text)
  }
}
