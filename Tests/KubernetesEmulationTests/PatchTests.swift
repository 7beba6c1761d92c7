import Testing
import WireProtocols

@testable import KubernetesEmulation

@Suite struct PatchTests {
  /// The examples of RFC 7386, appendix A.
  @Test(arguments: [
    (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
    (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
    (#"{"a":"b"}"#, #"{"a":null}"#, #"{}"#),
    (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
    (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
    (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
    (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
    (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#),
    (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
    (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#),
    (#"{"a":"foo"}"#, #"null"#, #"null"#),
    (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#),
    (#"[1,2]"#, #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
    (#"{}"#, #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
  ])
  func `a merge patch does what its standard's examples say`(value: String, patch: String, result: String) throws {
    #expect(MergePatch.apply(try Self.json(patch), to: try Self.json(value)).text == result)
  }

  /// The examples of RFC 6902, appendix A, that succeed.
  @Test(arguments: [
    (#"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux"}]"#, #"{"foo":"bar","baz":"qux"}"#),
    (#"{"foo":["bar","baz"]}"#, #"[{"op":"add","path":"/foo/1","value":"qux"}]"#, #"{"foo":["bar","qux","baz"]}"#),
    (#"{"baz":"qux","foo":"bar"}"#, #"[{"op":"remove","path":"/baz"}]"#, #"{"foo":"bar"}"#),
    (#"{"foo":["bar","qux","baz"]}"#, #"[{"op":"remove","path":"/foo/1"}]"#, #"{"foo":["bar","baz"]}"#),
    (#"{"baz":"qux","foo":"bar"}"#, #"[{"op":"replace","path":"/baz","value":"boo"}]"#, #"{"baz":"boo","foo":"bar"}"#),
    (
      #"{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}"#,
      #"[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]"#,
      #"{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}"#
    ),
    (
      #"{"foo":["all","grass","cows","eat"]}"#, #"[{"op":"move","from":"/foo/1","path":"/foo/3"}]"#,
      #"{"foo":["all","cows","eat","grass"]}"#
    ),
    (
      #"{"foo":"bar"}"#, #"[{"op":"add","path":"/child","value":{"grandchild":{}}}]"#,
      #"{"foo":"bar","child":{"grandchild":{}}}"#
    ),
    (#"{"foo":["bar"]}"#, #"[{"op":"add","path":"/foo/-","value":["abc","def"]}]"#, #"{"foo":["bar",["abc","def"]]}"#),
    (#"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":10}]"#, #"{"/":9,"~1":10}"#),
  ])
  func `a JSON patch does what its standard's examples say`(value: String, patch: String, result: String) throws {
    #expect(try JSONPatch.apply(try Self.json(patch), to: try Self.json(value)).text == result)
  }

  @Test(arguments: [
    (#"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz/bat","value":"qux"}]"#, 422),
    (#"{"baz":"qux"}"#, #"[{"op":"test","path":"/baz","value":"bar"}]"#, 422),
    (#"{"a":[1]}"#, #"[{"op":"remove","path":"/a/1"}]"#, 422),
    (#"{"a":1}"#, #"[{"op":"frob","path":"/a"}]"#, 400),
    (#"{"a":1}"#, #"{"op":"remove","path":"/a"}"#, 400),
  ])
  func `a JSON patch that cannot be carried out is refused`(value: String, patch: String, code: Int) throws {
    let error = #expect(throws: APIStatus.self) { try JSONPatch.apply(try Self.json(patch), to: try Self.json(value)) }
    #expect(error?.code == code)
  }

  @Test(arguments: [
    // Containers are merged by name, their variables too.
    (
      #"{"containers":[{"name":"a","image":"x","env":[{"name":"V","value":"1"}]}]}"#,
      #"{"containers":[{"name":"a","env":[{"name":"W","value":"2"}]},{"name":"b","image":"y"}]}"#,
      #"{"containers":[{"name":"a","image":"x","env":[{"name":"V","value":"1"},{"name":"W","value":"2"}]},{"name":"b","image":"y"}]}"#
    ),
    // An element is taken away by a directive.
    (
      #"{"containers":[{"name":"a"},{"name":"b"}]}"#, #"{"containers":[{"name":"a","$patch":"delete"}]}"#,
      #"{"containers":[{"name":"b"}]}"#
    ),
    // Lists without a key are replaced, maps merged, null takes away.
    (
      #"{"args":["x"],"m":{"a":"1","b":"2"}}"#, #"{"args":["y"],"m":{"b":null,"c":"3"}}"#,
      #"{"args":["y"],"m":{"a":"1","c":"3"}}"#
    ),
    (#"{"m":{"a":1}}"#, #"{"m":{"$patch":"replace","b":2}}"#, #"{"m":{"b":2}}"#),
    (
      #"{"finalizers":["a","b"]}"#, #"{"$deleteFromPrimitiveList/finalizers":["a"],"finalizers":["c"]}"#,
      #"{"finalizers":["b","c"]}"#
    ),
    (
      #"{"strategy":{"type":"RollingUpdate","rollingUpdate":{}}}"#,
      #"{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}"#, #"{"strategy":{"type":"Recreate"}}"#
    ),
    (
      #"{"env":[{"name":"b"},{"name":"a"}]}"#,
      #"{"$setElementOrder/env":[{"name":"a"},{"name":"b"}],"env":[{"name":"a","value":"1"}]}"#,
      #"{"env":[{"name":"a","value":"1"},{"name":"b"}]}"#
    ),
  ])
  func `a strategic merge patch knows keys of lists and directives`(value: String, patch: String, result: String) throws
  {
    #expect(try StrategicMergePatch.apply(try Self.json(patch), to: try Self.json(value)).text == result)
  }

  private static func json(_ text: String) throws -> JSON {
    try JSON(parsing: Array(text.utf8))
  }
}
