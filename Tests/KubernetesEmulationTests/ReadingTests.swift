import KubernetesEmulation
import Testing
import WireProtocols

@Suite struct ReadingTests {
  @Test func `discovery names every kind with its short names`() async throws {
    try await TestCluster.with { _, client in
      let groups = try await client.get("/apis")["groups"]?.array?.compactMap { $0["name"]?.string }
      #expect(groups == ["apps", "batch", "authorization.k8s.io"])
      let core = try await client.get("/api/v1")["resources"]?.array ?? []
      let node = core.first { $0["name"]?.string == "nodes" }
      #expect(node?["shortNames"] == ["no"] && node?["namespaced"] == false && node?["kind"] == "Node")
      #expect(core.contains { $0["name"]?.string == "pods/log" })
      let batch = try await client.get("/apis/batch/v1")["resources"]?.array?.compactMap { $0["name"]?.string }
      #expect(batch == ["jobs", "jobs/status"])
    }
  }

  @Test func `errors are Status objects worded as the real server's`() async throws {
    try await TestCluster.with { _, client in
      let missing = try await client.send("GET", "\(TestCluster.pods)/nobody")
      #expect(missing.status == 404)
      #expect(
        missing.body
          == #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"pods \"nobody\" not found","reason":"NotFound","details":{"name":"nobody","kind":"pods"},"code":404}"#
      )
      #expect(try await client.send("GET", "/apis/nope/v1/things").status == 404)
      #expect(try await client.send("POST", "\(TestCluster.pods)/x", TestCluster.pod("x")).status == 405)
      let selector = try await client.send("GET", "/api/v1/pods?labelSelector=a%20b")
      #expect(selector.status == 400)
      let field = try await client.send("GET", "/api/v1/pods?fieldSelector=spec.x%3Dy")
      #expect(try field.json["message"] == "field label not supported: spec.x")
    }
  }

  @Test func `without a known token nothing is told, without a right nothing is done`() async throws {
    try await TestCluster.with { settings in
      settings.access = APIAccess(
        tokens: ["good": .init("tester")], rules: [.init(verbs: ["list"], resources: ["pods"], namespaces: ["a"])])
    } _: { cluster, _ in
      let unknown = try await APIClient(port: cluster.port, token: "bad").send("GET", "/api/v1/nodes")
      #expect(unknown.status == 401)
      #expect(try unknown.json["message"] == "Unauthorized")
      #expect(try await APIClient(port: cluster.port, token: nil).send("GET", "/livez").body == "ok")
      let client = APIClient(port: cluster.port, token: "good")
      #expect(try await client.send("GET", "/api/v1/namespaces/a/pods").status == 200)
      let nodes = try await client.send("GET", "/api/v1/nodes")
      #expect(nodes.status == 403)
      #expect(
        try nodes.json["message"]
          == #"nodes is forbidden: User "tester" cannot list resource "nodes" in API group "" at the cluster scope"#)
      let review = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
      for (namespace, isAllowed) in [("a", true), ("b", false)] {
        let answer = try await client.create(
          review,
          ["spec": ["resourceAttributes": ["verb": "list", "resource": "pods", "namespace": .string(namespace)]]])
        #expect(answer.at("status", "allowed") == .bool(isAllowed))
      }
    }
  }

  @Test func `a list is read page by page as it was at the first, and says when it is too old`() async throws {
    try await TestCluster.with { cluster, client in
      for name in ["a", "b", "c", "d", "e"] {
        try await client.create(TestCluster.configMaps, TestCluster.configMap(name))
      }
      let first = try await client.get("\(TestCluster.configMaps)?limit=2")
      #expect(first["items"]?.array?.map(\.name) == ["a", "b"])
      #expect(first.at("metadata", "remainingItemCount") == 3)
      _ = try await client.send("DELETE", "\(TestCluster.configMaps)/d")
      let token = first.at("metadata", "continue")?.string ?? ""
      let second = try await client.get("\(TestCluster.configMaps)?limit=2&continue=\(token)")
      #expect(second["items"]?.array?.map(\.name) == ["c", "d"])
      #expect(second.version == first.version)
      let last = try await client.get(
        "\(TestCluster.configMaps)?limit=2&continue=\(second.at("metadata", "continue")?.string ?? "")")
      #expect(last["items"]?.array?.map(\.name) == ["e"] && last.at("metadata", "continue") == nil)
      await cluster.forgetHistory()
      let expired = try await client.send("GET", "\(TestCluster.configMaps)?limit=2&continue=\(token)")
      #expect(expired.status == 410)
      #expect(try expired.json["reason"] == "Expired")
    }
  }

  @Test func `lists are selected by labels and fields`() async throws {
    try await TestCluster.with { _, client in
      try await client.create(TestCluster.pods, TestCluster.pod("one"))
      try await client.create(TestCluster.pods, TestCluster.pod("two"))
      let one = try await client.get("/api/v1/pods?labelSelector=app%3Done")
      #expect(one["items"]?.array?.map(\.name) == ["one"])
      #expect(one["items"]?.array?.first?["kind"] == nil)  // elements of lists do not name their kind
      let two = try await client.get("/api/v1/pods?fieldSelector=metadata.name%21%3Done")
      #expect(two["items"]?.array?.map(\.name) == ["two"])
    }
  }

  @Test func `kubectl gets a table when it asks for one`() async throws {
    try await TestCluster.with { settings in
      settings.now = { 1_700_000_000 }
    } _: { _, client in
      let answer = try await client.send(
        "GET", "/api/v1/nodes", accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")
      let table = try answer.json
      let columns = table["columnDefinitions"]?.array?.compactMap { $0["name"]?.string }
      #expect(columns == ["Name", "Status", "Roles", "Age", "Version", "Internal-IP"])
      #expect(table["rows"]?.array?.first?["cells"]?.array?.prefix(5) == ["gpu-0", "Ready", "<none>", "0s", "v1.32.0"])
      #expect(table["rows"]?.array?.first?.at("object", "kind") == "PartialObjectMetadata")
    }
  }
}
