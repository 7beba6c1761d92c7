import Testing
import YAMLReading

@Suite struct YAMLDecoderTests {
  enum Zone: String, Codable, CaseIterable { case north, south }

  struct Node: Codable, Equatable {
    var name: String
    var count: Int
    var zone: Zone?
    var rate: Double?
  }

  struct Testbed: Codable, Equatable {
    var nodes: [Node]
    var labels: [String: String]?
  }

  /// A type with a rule of its own, which knows nothing of files.
  struct Share: Decodable, Equatable {
    struct OutOfRange: Error, CustomStringConvertible {
      let description = "a share lies between 0 and 1."
    }
    let value: Double

    init(from decoder: any Decoder) throws {
      value = try decoder.singleValueContainer().decode(Double.self)
      guard (0...1).contains(value) else { throw OutOfRange() }
    }
  }

  private func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try YAMLDecoder().decode(type, from: YAMLParser.parse(text, file: "testbeds.yaml"))
  }

  private func refusal<Value: Decodable>(of type: Value.Type, _ text: String) -> String {
    do {
      _ = try decode(type, text)
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func `a tree becomes a value`() throws {
    let text =
      "nodes:\n- {name: a, count: 0x10, zone: south}\n- name: \"123\"\n  count: -3\n  rate: 2\nlabels: {x: y}\n"
    let expected = Testbed(
      nodes: [
        Node(name: "a", count: 16, zone: .south), Node(name: "123", count: -3, rate: 2),
      ], labels: ["x": "y"])
    #expect(try decode(Testbed.self, text) == expected)
  }

  @Test func `keys that a merge brings are read like any other`() throws {
    let text = "nodes:\n- &n {name: a, count: 1}\n- {<<: *n, count: 2}\n"
    #expect(try decode(Testbed.self, text).nodes == [Node(name: "a", count: 1), Node(name: "a", count: 2)])
  }

  @Test func `null stands for an absent value and nothing else`() throws {
    #expect(try decode([Int?].self, "[1, ~, null]") == [1, nil, nil])
    #expect(try decode(Node.self, "{name: a, count: 1, rate: ~}").rate == nil)
    #expect(
      refusal(of: Node.self, "{name: ~, count: 1}")
        == "testbeds.yaml:1: key `name` is empty, expected text.")
  }

  @Test func `every scalar type is read at the ends of its range`() throws {
    #expect(try decode([Int8].self, "[-128, 127]") == [.min, .max])
    #expect(try decode([Int16].self, "[-32768, 32767]") == [.min, .max])
    #expect(try decode([Int32].self, "[-2147483648, 2147483647]") == [.min, .max])
    #expect(try decode([Int64].self, "[-9223372036854775808, 0x7fffffffffffffff]") == [.min, .max])
    #expect(try decode([Int].self, "[-9223372036854775808, 9223372036854775807]") == [.min, .max])
    #expect(try decode([UInt8].self, "[0, 255, 0o377]") == [.min, .max, .max])
    #expect(try decode([UInt16].self, "[0, 65535]") == [.min, .max])
    #expect(try decode([UInt32].self, "[0, 4294967295]") == [.min, .max])
    #expect(try decode([UInt64].self, "[0, 18446744073709551615]") == [.min, .max])
    #expect(try decode([UInt].self, "[0, 18446744073709551615]") == [.min, .max])
    let numbers = try decode([Double].self, "[1, 0x10, 1.5, 1e3, .inf, -.inf]")
    #expect(numbers == [1, 16, 1.5, 1000, .infinity, -.infinity])
    #expect(try decode([Double].self, "[.nan]")[0].isNaN)
    #expect(try decode([Float].self, "[0.5, -3]") == [0.5, -3])
    #expect(try decode([Bool].self, "[true, False]") == [true, false])
    #expect(try decode([String].self, "[a b, 'true', \"1\", no]") == ["a b", "true", "1", "no"])
    #expect(try decode([String].self, "- |\n  two\n  lines\n- >-\n  one\n  line\n") == ["two\nlines\n", "one line"])
  }

  @Test(arguments: [
    ("nodes:\n- name: a\n  count: many\n", "testbeds.yaml:3: key `nodes[0].count` is `many`, expected a whole number."),
    ("nodes:\n- {name: a, count: 1.0}", "testbeds.yaml:2: key `nodes[0].count` is `1.0`, expected a whole number."),
    (
      "nodes:\n- {name: a, count: \"1\"}",
      "testbeds.yaml:2: key `nodes[0].count` is the text `1`, expected a whole number."
    ),
    ("nodes:\n- {name: 7, count: 1}", "testbeds.yaml:2: key `nodes[0].name` is `7`, expected text (put it in quotes)."),
    (
      "nodes:\n- {name: [], count: 1}",
      "testbeds.yaml:2: key `nodes[0].name` is a sequence, expected text."
    ),
    ("nodes: {}\n", "testbeds.yaml:1: key `nodes` is a mapping, expected a sequence."),
    ("nodes: [5]\n", "testbeds.yaml:1: key `nodes[0]` is `5`, expected a mapping of keys."),
    ("[]\n", "testbeds.yaml:1: the top of the file is a sequence, expected a mapping of keys."),
    (
      "nodes:\n- {name: a, count: 1, zone: east}",
      "testbeds.yaml:2: key `nodes[0].zone` is `east`, expected one of `north`, `south`."
    ),
    ("nodes:\n- count: 1\n", "testbeds.yaml:2: key `nodes[0].name` is missing; add it."),
    ("nodes:\n- name: a\n  cuont: 1\n", "testbeds.yaml:2: key `nodes[0].count` is missing; did you write it `cuont`?"),
    ("nodes: []\n\nlabel: {}\n", "testbeds.yaml:3: key `label` is unknown; did you mean `labels`?"),
    ("nodes:\n- {name: a, count: 1,\n   colour: red}", "testbeds.yaml:3: key `nodes[0].colour` is unknown; remove it."),
    ("nodes: []\nlabels:\n  a: 1\n", "testbeds.yaml:3: key `labels.a` is `1`, expected text (put it in quotes)."),
  ])
  func `what does not fit is refused with file, line, key and what was expected`(text: String, sentence: String) {
    #expect(refusal(of: Testbed.self, text) == sentence)
  }

  @Test func `a number out of range names the range`() {
    #expect(
      refusal(of: [UInt8].self, "[256]")
        == "testbeds.yaml:1: key `[0]` is `256`, expected a whole number from 0 to 255.")
    #expect(
      refusal(of: [UInt].self, "[-1]") == "testbeds.yaml:1: key `[0]` is `-1`, expected a whole number, 0 or more.")
    #expect(refusal(of: [Bool].self, "[yes]") == "testbeds.yaml:1: key `[0]` is `yes`, expected `true` or `false`.")
    #expect(refusal(of: [Double].self, "[fast]") == "testbeds.yaml:1: key `[0]` is `fast`, expected a number.")
  }

  @Test func `a rule of a type's own is reported at the value it refuses`() throws {
    #expect(try decode([Share].self, "[0.5]").map(\.value) == [0.5])
    #expect(
      refusal(of: [String: Share].self, "a: 0.5\nb: 3\n")
        == "testbeds.yaml:2: key `b` is refused: a share lies between 0 and 1.")
  }

  @Test func `a corrupted key reported by a type is reported at that key`() {
    struct Even: Decodable {
      enum CodingKeys: String, CodingKey { case half, double }
      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let half = try container.decode(Int.self, forKey: .half)
        guard try container.decode(Int.self, forKey: .double) == 2 * half else {
          throw DecodingError.dataCorruptedError(forKey: .double, in: container, debugDescription: "not the double.")
        }
      }
    }
    #expect(
      refusal(of: [Even].self, "- half: 2\n  double: 5\n")
        == "testbeds.yaml:2: key `[0].double` is refused: not the double.")
  }

  @Test func `keys of nested containers are checked as well`() {
    struct Outer: Decodable {
      enum CodingKeys: String, CodingKey { case inner, list }
      enum InnerKeys: String, CodingKey { case size }
      init(from decoder: any Decoder) throws {
        let outer = try decoder.container(keyedBy: CodingKeys.self)
        _ = try outer.nestedContainer(keyedBy: InnerKeys.self, forKey: .inner).decode(Int.self, forKey: .size)
        var list = try outer.nestedUnkeyedContainer(forKey: .list)
        while !list.isAtEnd {
          if try list.decodeNil() { continue }
          _ = try list.nestedContainer(keyedBy: InnerKeys.self).decodeIfPresent(Int.self, forKey: .size)
        }
      }
    }
    #expect(refusal(of: Outer.self, "{inner: {size: 1}, list: [~, {}, {size: 2}]}").isEmpty)
    #expect(
      refusal(of: Outer.self, "inner: {size: 1, sise: 2}\nlist: []")
        == "testbeds.yaml:1: key `inner.sise` is unknown; remove it.")
    #expect(
      refusal(of: Outer.self, "inner: {size: 1}\nlist: [~, {sise: 2}]")
        == "testbeds.yaml:2: key `list[1].sise` is unknown; did you mean `size`?")
  }

  @Test func `a sequence that is too short says so`() {
    struct Pair: Decodable {
      init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        _ = try (container.decode(Int.self), container.decode(Int.self))
      }
    }
    #expect(
      refusal(of: [String: Pair].self, "p: [1]")
        == "testbeds.yaml:1: key `p` is a sequence, expected a sequence of more than 1 elements.")
  }
}
