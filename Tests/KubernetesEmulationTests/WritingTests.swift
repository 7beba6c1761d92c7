import KubernetesEmulation
import Testing
import WireProtocols

@Suite struct WritingTests {
  @Test func `an object that exists, is based on an old version or has another uid is a conflict`() async throws {
    try await TestCluster.with { _, client in
      let made = try await client.create(TestCluster.configMaps, TestCluster.configMap("a", ["k": "1"]))
      let again = try await client.send("POST", TestCluster.configMaps, TestCluster.configMap("a"))
      #expect(again.status == 409)
      #expect(try again.json["reason"] == "AlreadyExists")
      #expect(try again.json["message"] == #"configmaps "a" already exists"#)
      let merge = "application/merge-patch+json"
      let changed = try await client.send("PATCH", "\(TestCluster.configMaps)/a", ["data": ["k": "2"]], type: merge)
      #expect(changed.status == 200)
      let stale = try await client.send("PUT", "\(TestCluster.configMaps)/a", made)
      #expect(stale.status == 409)
      #expect(
        try stale.json["message"]
          == #"Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again"#
      )
      let wrong = try await client.send(
        "DELETE", "\(TestCluster.configMaps)/a", ["preconditions": ["uid": "another"]])
      #expect(wrong.status == 409)
      #expect(
        try wrong.json["message"]?.string?.hasPrefix(
          #"Operation cannot be fulfilled on configmaps "a": Precondition failed: UID"#) == true)
      let gone = try await client.send("DELETE", "\(TestCluster.configMaps)/a")
      #expect(try gone.json["status"] == "Success")
      #expect(try gone.json.at("details", "uid") == made.at("metadata", "uid"))
    }
  }

  @Test func `a change that changes nothing keeps the version`() async throws {
    try await TestCluster.with { _, client in
      let made = try await client.create(TestCluster.configMaps, TestCluster.configMap("a", ["k": "1"]))
      let same = try await client.send(
        "PATCH", "\(TestCluster.configMaps)/a", ["data": ["k": "1"]], type: "application/merge-patch+json",
        agent: "other/1")
      #expect(try same.json.version == made.version)
    }
  }

  @Test(
    arguments: [
      ("Bad_Name", ["a": "b"], "metadata.name"), ("good", ["a": "bad value!"], "metadata.labels"),
      ("good", ["bad key": "x"], "metadata.labels"), ("good", ["/x": "x"], "metadata.labels"),
    ] as [(String, JSON, String)])
  func `names and labels that are none are invalid`(name: String, labels: JSON, field: String) async throws {
    try await TestCluster.with { _, client in
      let answer = try await client.send(
        "POST", TestCluster.configMaps, ["metadata": ["name": .string(name), "labels": labels]])
      #expect(answer.status == 422)
      let json = try answer.json
      #expect(json["reason"] == "Invalid" && json.at("details", "kind") == "ConfigMap")
      #expect(json.at("details", "causes")?.array?.first?["field"] == .string(field))
      #expect(
        json["message"]?.string?.hasPrefix(#"ConfigMap "\#(name)" is invalid: \#(field): Invalid value: "#) == true)
    }
  }

  @Test func `a workload needs a selector that its pods meet, and containers`() async throws {
    try await TestCluster.with { _, client in
      let lame = try await client.send(
        "POST", TestCluster.deployments,
        [
          "metadata": ["name": "x"],
          "spec": ["selector": ["matchLabels": ["a": "1"]], "template": ["metadata": ["labels": ["a": "2"]]]],
        ])
      let causes = try lame.json.at("details", "causes")?.array?.compactMap { $0["field"]?.string }
      #expect(lame.status == 422)
      #expect(causes == ["spec.template.metadata.labels", "spec.template.spec.containers"])
    }
  }

  @Test func `an unknown kind of patch is 415, and so is an unknown body`() async throws {
    try await TestCluster.with { _, client in
      try await client.create(TestCluster.configMaps, TestCluster.configMap("a"))
      let patch = try await client.send("PATCH", "\(TestCluster.configMaps)/a", .object([]), type: "application/nope")
      #expect(patch.status == 415)
      #expect(try patch.json["reason"] == "UnsupportedMediaType")
      let body = try await client.send(
        "POST", TestCluster.configMaps, .object([]), type: "application/cbor")
      #expect(body.status == 415)
    }
  }

  @Test func `a plain patch does not touch status, and one of status nothing else`() async throws {
    try await TestCluster.with { _, client in
      try await client.create(TestCluster.pods, TestCluster.pod("p"))
      try await client.wait(TestCluster.pods) { $0.phase == "Running" }
      let merge = "application/merge-patch+json"
      let plain = try await client.send(
        "PATCH", "\(TestCluster.pods)/p", ["status": ["phase": "Failed"]], type: merge)
      #expect(plain.status == 200)
      #expect(try plain.json.phase == "Running")
      let status = try await client.send(
        "PATCH", "/api/v1/nodes/store-0/status",
        ["status": ["capacity": ["x.io/y": "3"]], "metadata": ["labels": ["l": "1"]]], type: merge)
      #expect(try status.json.at("status", "capacity", "x.io/y") == "3")
      #expect(try status.json.at("metadata", "labels", "l") == nil)
    }
  }

  @Test func `a dry run tells the outcome and leaves everything as it is`() async throws {
    try await TestCluster.with { _, client in
      let made = try await client.send("POST", "\(TestCluster.configMaps)?dryRun=All", TestCluster.configMap("a"))
      #expect(made.status == 201)
      #expect(try await client.send("GET", "\(TestCluster.configMaps)/a").status == 404)
      try await client.create(TestCluster.configMaps, TestCluster.configMap("a"))
      #expect(try await client.send("DELETE", "\(TestCluster.configMaps)/a?dryRun=All").status == 200)
      #expect(try await client.send("GET", "\(TestCluster.configMaps)/a").status == 200)
      #expect(try await client.send("DELETE", "\(TestCluster.configMaps)/a?dryRun=Some").status == 422)
    }
  }

  @Test func `server-side apply makes, changes, refuses conflicts and gives way to force`() async throws {
    try await TestCluster.with { _, client in
      let path = "\(TestCluster.deployments)/web"
      func apply(_ replicas: Int, _ manager: String, _ more: String = "") async throws -> APIClient.Answer {
        try await client.send(
          "PATCH", "\(path)?fieldManager=\(manager)\(more)", TestCluster.deployment("web", replicas: replicas),
          type: "application/apply-patch+yaml")
      }
      #expect(try await apply(1, "one").status == 201)
      let same = try await apply(1, "one")
      #expect(same.status == 200)
      let conflict = try await apply(2, "two")
      #expect(conflict.status == 409)
      #expect(try conflict.json["message"] == #"Apply failed with 1 conflict: conflict with "one": .spec.replicas"#)
      let forced = try await apply(2, "two", "&force=true")
      #expect(try forced.json.at("spec", "replicas") == 2)
      #expect(try forced.json.at("metadata", "generation") == 2)
      let nobody = try await client.send(
        "PATCH", path, TestCluster.deployment("web", replicas: 1), type: "application/apply-patch+yaml")
      #expect(nobody.status == 422)
    }
  }

  @Test func `labels and generated names make their way through a collection's deletion`() async throws {
    try await TestCluster.with { _, client in
      let first = try await client.create(
        TestCluster.configMaps, ["metadata": ["generateName": "g-", "labels": ["set": "x"]]])
      try await client.create(TestCluster.configMaps, ["metadata": ["generateName": "g-", "labels": ["set": "y"]]])
      #expect(first.name.hasPrefix("g-") && first.name.count == 7)
      let gone = try await client.send("DELETE", "\(TestCluster.configMaps)?labelSelector=set%3Dx")
      #expect(try gone.json["items"]?.array?.map(\.name) == [first.name])
      let left = try await client.get(TestCluster.configMaps)
      #expect(left["items"]?.array?.compactMap { $0.at("metadata", "labels", "set")?.string } == ["y"])
    }
  }

  @Test func `the same seed gives the same objects, byte for byte`() async throws {
    var texts: [String] = []
    for _ in 0..<2 {
      try await TestCluster.with {
        $0.now = { 1_700_000_000 }
      } _: { cluster, client in
        for index in 0..<3 {
          try await client.create(TestCluster.configMaps, ["metadata": ["generateName": .string("g\(index)-")]])
        }
        texts.append(await cluster.objects("configmaps").map(\.json.text).joined())
      }
    }
    #expect(texts[0] == texts[1] && !texts[0].isEmpty)
  }
}

@Suite struct FieldValidationTests {
  @Test func `a field that a kind does not have is dropped with a warning, or refused if that is wanted`() async throws
  {
    try await TestCluster.with { _, client in
      let pod = TestCluster.pod("p", spec: [("hostIPc", true), ("hostIPC", true)])
      let made = try await client.send("POST", TestCluster.pods, pod)
      #expect(made.status == 201)
      #expect(made.head.contains(#"warning: 299 - "unknown field \"spec.hostIPc\"""#))
      #expect(try made.json.at("spec", "hostIPc") == nil)
      #expect(try made.json.at("spec", "hostIPC") == true)
      let strict = try await client.send("POST", "\(TestCluster.pods)?fieldValidation=Strict", pod)
      #expect(strict.status == 400)
      #expect(
        try strict.json["message"]
          == #"Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.hostIPc""#)
      let applied = try await client.send(
        "PATCH", "\(TestCluster.pods)/q?fieldManager=m",
        ["apiVersion": "v1", "kind": "Pod", "spec": ["containers": [["name": "c", "img": "x"]]]],
        type: "application/apply-patch+yaml")
      #expect(applied.status == 400)
      #expect(
        try applied.json["message"]?.string?.hasSuffix(".spec.containers[0].img: field not declared in schema") == true)
    }
  }
}
