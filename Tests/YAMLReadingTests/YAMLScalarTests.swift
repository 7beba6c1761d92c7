import Testing
import YAMLReading

@Suite struct YAMLScalarTests {
  // The examples of section 10.3.2 of the YAML 1.2 specification, and what lies just beside them.
  @Test(
    arguments: [
      ("", .null), ("~", .null), ("null", .null), ("Null", .null), ("NULL", .null), ("nULL", .text),
      ("true", .bool(true)), ("True", .bool(true)), ("FALSE", .bool(false)), ("tRUE", .text),
      ("yes", .text), ("no", .text), ("on", .text), ("12:30", .text), ("1_000", .text), ("2024-01-01", .text),
      ("0", .integer(isNegative: false, digits: "0", radix: 10)),
      ("+12", .integer(isNegative: false, digits: "12", radix: 10)),
      ("-19", .integer(isNegative: true, digits: "19", radix: 10)),
      ("007", .integer(isNegative: false, digits: "007", radix: 10)),
      ("0x3A", .integer(isNegative: false, digits: "3A", radix: 16)),
      ("0o7", .integer(isNegative: false, digits: "7", radix: 8)),
      ("0o8", .text), ("0x", .text), ("-0x1", .text), ("0b1", .text), ("+", .text), ("-", .text), ("+-1", .text),
      ("0.", .float(0)), ("-0.0", .float(-0.0)), (".5", .float(0.5)), ("+12e03", .float(12000)),
      ("-2E+05", .float(-200_000)),
      (".", .text), ("1.2.3", .text), ("e5", .text), ("1e", .text), ("1e+", .text), ("1e2e3", .text), ("0x1p3", .text),
      (".inf", .float(.infinity)), ("-.Inf", .float(-.infinity)), ("+.INF", .float(.infinity)),
      ("inf", .text), ("nan", .text), ("-.nan", .text), ("hello", .text),
    ] as [(String, YAMLScalar.Kind)])
  func `a plain scalar has the type of the core schema`(text: String, kind: YAMLScalar.Kind) {
    #expect(YAMLScalar(text, isPlain: true).kind == kind)
  }

  @Test func `not a number is a number to YAML`() {
    guard case .float(let value) = YAMLScalar(".nan", isPlain: true).kind else {
      Issue.record("not a float")
      return
    }
    #expect(value.isNaN)
  }

  @Test(arguments: ["", "~", "true", "12", "0x10", "1.5", ".inf"])
  func `a quoted scalar is text whatever it looks like`(text: String) {
    #expect(YAMLScalar(text, isPlain: false).kind == .text)
  }
}
