import KubernetesClient
import Testing
import WireProtocols

/// What is sent for each verb, to the byte.
@Suite struct CallTests {
  private static let worker = KubernetesObject([
    "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "node0-1", "namespace": "hydra"],
  ])

  private func text(_ call: HTTPCall) -> String { String(decoding: call.body, as: UTF8.self) }

  @Test func `apply goes to the object with our own name`() async throws {
    let api = ScriptedAPI([.answer(200, Self.worker.json.text)])
    try await Sample.client(api).apply(Self.worker)
    let call = try #require(api.calls.first)
    #expect(call.method == .patch)
    #expect(
      call.target == "/apis/apps/v1/namespaces/hydra/deployments/node0-1?fieldManager=hydraserve-repro")
    #expect(call.header("content-type") == "application/apply-patch+yaml")
    #expect(call.header("authorization") == "Bearer abc")
    #expect(text(call) == Self.worker.json.text)
  }

  @Test func `taking over and trying are asked for in the query`() async throws {
    let api = ScriptedAPI([.answer(200, Self.worker.json.text)])
    try await Sample.client(api).apply(Self.worker, takesOver: true, dryRun: true)
    #expect(api.calls[0].target.hasSuffix("?fieldManager=hydraserve-repro&dryRun=All&force=true"))
  }

  @Test func `create goes to the collection`() async throws {
    let api = ScriptedAPI([.answer(201, Self.worker.json.text)])
    try await Sample.client(api).create(Self.worker)
    #expect(api.calls[0].method == .post)
    #expect(api.calls[0].target == "/apis/apps/v1/namespaces/hydra/deployments?fieldManager=hydraserve-repro")
    #expect(api.calls[0].header("content-type") == "application/json")
  }

  @Test func `a merge patch says what it is`() async throws {
    let api = ScriptedAPI([.answer(200, "{}")])
    try await Sample.client(api).mergePatch(.nodes, "a10-0", ["metadata": ["labels": ["gpushare": .null]]])
    #expect(api.calls[0].target == "/api/v1/nodes/a10-0?fieldManager=hydraserve-repro")
    #expect(api.calls[0].header("content-type") == "application/merge-patch+json")
    #expect(text(api.calls[0]) == #"{"metadata":{"labels":{"gpushare":null}}}"#)
  }

  @Test func `a deletion is in the foreground and names the object that is meant`() async throws {
    let api = ScriptedAPI([.answer(200, "{}")])
    let deletion = KubernetesClient.Deletion(uid: "u1", resourceVersion: "7", graceSeconds: 0)
    #expect(try await Sample.client(api).delete(.deployments, "node0-1", namespace: "hydra", deletion))
    #expect(api.calls[0].method == .delete)
    #expect(
      text(api.calls[0])
        == #"{"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Foreground","#
        + #""preconditions":{"uid":"u1","resourceVersion":"7"},"gracePeriodSeconds":0}"#)
  }

  @Test func `what is not there is neither found nor deleted`() async throws {
    let missing = ScriptedAPI.Step.answer(404, Sample.status(404, "NotFound", "not found"))
    let client = try Sample.client(ScriptedAPI([missing, missing]))
    #expect(try await client.get(.pods, "p", namespace: "hydra") == nil)
    #expect(try await !client.delete(.pods, "p", namespace: "hydra"))
  }

  @Test func `a list is read page by page`() async throws {
    let api = ScriptedAPI([
      .answer(200, Sample.list([Sample.pod("a", uid: "1", version: 1)], version: 9, next: "x/y+z=")),
      .answer(200, Sample.list([Sample.pod("b", uid: "2", version: 2)], version: 9)),
    ])
    let selector = try LabelSelector.everything.and("app.kubernetes.io/instance", "run-1").andHas("app")
    let list = try await Sample.client(api).list(.pods, namespace: "hydra", selector: selector)
    #expect(list.items.map(\.name) == ["a", "b"])
    #expect(list.resourceVersion == "9")
    let selected = "labelSelector=app.kubernetes.io%2Finstance%3Drun-1%2Capp&limit=500"
    #expect(api.calls[0].target == "/api/v1/namespaces/hydra/pods?\(selected)")
    #expect(api.calls[1].target == "/api/v1/namespaces/hydra/pods?\(selected)&continue=x%2Fy%2Bz%3D")
  }

  @Test func `a place in a list that is forgotten begins it anew in one piece`() async throws {
    let api = ScriptedAPI([
      .answer(200, Sample.list([Sample.pod("old", uid: "1", version: 1)], version: 9, next: "p2")),
      .answer(410, Sample.status(410, "Expired", "too old")),
      .answer(200, Sample.list([Sample.pod("new", uid: "2", version: 12)], version: 12)),
    ])
    let list = try await Sample.client(api).list(.pods, namespace: "hydra")
    #expect(list.items.map(\.name) == ["new"])
    #expect(list.resourceVersion == "12")
    #expect(api.calls[2].target == "/api/v1/namespaces/hydra/pods")
  }

  @Test func `a question about permissions leaves the answer to the server`() async throws {
    let api = ScriptedAPI([.answer(201, #"{"status":{"allowed":true}}"#), .answer(201, #"{"status":{}}"#)])
    let client = try Sample.client(api)
    #expect(try await client.may(.init("get", .pods, subresource: "log", namespace: "hydra")))
    #expect(try await !client.may(.init("patch", .nodes)))
    #expect(
      api.calls[0].target
        == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews?fieldManager=hydraserve-repro")
    let spec = try JSON(parsing: api.calls[0].body)["spec"]?["resourceAttributes"]
    #expect(
      spec?.text
        == #"{"verb":"get","group":"","version":"v1","resource":"pods","subresource":"log","namespace":"hydra"}"#)
  }

  static let tricks = [
    "..", ".", "", "a/b", "a%2fb", "../../nodes", "a?dryRun=All", "a b", "A", "-a", "a-", "a\n", "a\0", "ä", "a#b",
    "a..b", String(repeating: "a", count: 254),
  ]

  @Test(arguments: tricks)
  func `a name with tricks never gets into a URL`(name: String) async throws {
    let api = ScriptedAPI([])
    let client = try Sample.client(api)
    await #expect(throws: KubernetesError.self) { try await client.get(.nodes, name) }
    await #expect(throws: KubernetesError.self) { try await client.delete(.pods, "p", namespace: name) }
    await #expect(throws: KubernetesError.self) { try await client.list(.pods, namespace: name) }
    #expect(api.calls.isEmpty)
  }

  @Test(arguments: ["a,b", "a=b", "a b", "-a", "a!", "ü", String(repeating: "v", count: 64)])
  func `a label value with tricks is no selector`(value: String) {
    #expect(throws: KubernetesError.self) { try LabelSelector.everything.and("app", value) }
  }

  @Test func `names at their limits are fine`() throws {
    try ObjectNames.checkLabel(String(repeating: "a", count: 63), "name")
    try ObjectNames.checkSubdomain("cn-hangzhou.10.0.0.1", "name")
    try ObjectNames.checkValue("")
    try ObjectNames.checkValue(String(repeating: "v", count: 63))
    try ObjectNames.checkKey("ack.node.gpu.schedule")
    try ObjectNames.checkKey("node.kubernetes.io/instance-type")
  }

  @Test func `error sentences name verb, object and the server's words`() async throws {
    let message = #"nodes \"a10-0\" is forbidden: User \"x\" cannot patch resource \"nodes\""#
    let api = ScriptedAPI([.answer(403, Sample.status(403, "Forbidden", message))])
    let error = await #expect(throws: KubernetesError.self) {
      try await Sample.client(api).mergePatch(.nodes, "a10-0", [:])
    }
    #expect(
      error?.description == """
        Could not patch Node a10-0: nodes "a10-0" is forbidden: User "x" cannot patch resource "nodes" (403 Forbidden).
        """)
    #expect(
      "\(KubernetesError.unreachable(call: "list pods in hydra", server: "https://h:1", reason: "refused"))"
        == "Could not list pods in hydra: https://h:1 does not answer (refused).")
    #expect(
      "\(KubernetesError.badName(what: "namespace", value: "A", allowed: "a-z"))"
        == "The namespace is `A`; allowed: a-z.")
  }
}
