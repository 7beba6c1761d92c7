import Testing
import WireProtocols

@testable import KubernetesEmulation

@Suite struct ServerSideApplyTests {
  @Test func `what a manager stops to apply goes, what others own stays`() throws {
    let first = try Self.apply(["data": ["a": "1", "b": "2"]], to: nil, by: "one")
    let second = try Self.apply(["data": ["c": "3", "b": "2"]], to: first, by: "two")
    #expect(second.json["data"] == ["a": "1", "b": "2", "c": "3"])
    let third = try Self.apply(["data": .object([])], to: second, by: "one")
    #expect(third.json["data"] == ["b": "2", "c": "3"])  // "two" applies "b" as well
  }

  @Test func `another value for a field that somebody else owns is a conflict that names both`() throws {
    let first = try Self.apply(["data": ["a": "1", "b": "2"]], to: nil, by: "one")
    let error = #expect(throws: APIStatus.self) { try Self.apply(["data": ["a": "9"]], to: first, by: "two") }
    #expect(error?.code == 409)
    #expect(error?.message == #"Apply failed with 1 conflict: conflict with "one": .data.a"#)
    #expect(
      error?.causes == [.init(reason: "FieldManagerConflict", message: #"conflict with "one""#, field: ".data.a")])
  }

  @Test func `force takes a field over, and its former owner can no longer take it away`() throws {
    let first = try Self.apply(["data": ["a": "1"]], to: nil, by: "one")
    let forced = try Self.apply(["data": ["a": "9"]], to: first, by: "two", isForced: true)
    #expect(forced.json.at("data", "a") == "9")
    let after = try Self.apply(["data": .object([])], to: forced, by: "one")
    #expect(after.json.at("data", "a") == "9")
  }

  @Test func `elements of keyed lists are owned one by one`() throws {
    func containers(_ list: [JSON]) -> JSON { ["spec": ["containers": .array(list)]] }
    let first = try Self.apply(
      containers([["name": "a", "image": "x"], ["name": "b", "image": "y"]]), to: nil, by: "one")
    let second = try Self.apply(containers([["name": "c", "image": "z"]]), to: first, by: "two")
    let third = try Self.apply(containers([["name": "b", "image": "y"]]), to: second, by: "one")
    #expect(third.spec["containers"]?.elements.compactMap { $0["name"]?.string } == ["b", "c"])
  }

  @Test func `an update takes the fields that it changes from whoever owned them`() throws {
    let applied = try Self.apply(["data": ["a": "1", "b": "2"]], to: nil, by: "one")
    var updated = applied
    updated.json.set("5", at: "data", "a")
    var owners = ManagedFields(of: updated)
    owners.noteUpdate(from: applied, to: updated, by: "editor", subresource: nil, at: "t")
    owners.write(to: &updated, apiVersion: "v1")
    let fields = updated.json.at("metadata", "managedFields")?.elements.map {
      ($0["manager"]?.string, $0["fieldsV1"]?.text)
    }
    #expect(fields?.count == 2)
    #expect(fields?[0].0 == "one" && fields?[0].1 == #"{"f:data":{"f:b":{}}}"#)
    #expect(fields?[1].0 == "editor" && fields?[1].1 == #"{"f:data":{"f:a":{}}}"#)
    let error = #expect(throws: APIStatus.self) {
      try Self.apply(["data": ["a": "1", "b": "2"]], to: updated, by: "one")
    }
    #expect(error?.message == #"Apply failed with 1 conflict: conflict with "editor" using v1: .data.a"#)
  }

  @Test func `a set of fields reads back what it writes`() throws {
    let object: JSON = [
      "metadata": ["labels": ["a/b": "c"], "finalizers": ["x"]],
      "spec": ["ports": [["containerPort": 80]], "args": ["1"]],
    ]
    let set = FieldSet(of: object, isStatus: false)
    #expect(FieldSet(wire: set.wire) == set)
    #expect(
      set.wire.text
        == #"{"f:metadata":{"f:finalizers":{"v:\"x\"":{}},"f:labels":{"f:a/b":{}}},"f:spec":{"f:args":{},"f:ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{}}}}}"#
    )
  }

  private static func apply(
    _ json: JSON, to live: KubernetesObject?, by manager: String, isForced: Bool = false
  ) throws -> KubernetesObject {
    try ServerSideApply(manager: manager, isForced: isForced, subresource: nil, time: "t")
      .apply(json, to: live, type: .configMap)
  }
}
