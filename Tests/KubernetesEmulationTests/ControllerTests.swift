import KubernetesEmulation
import Testing
import WireProtocols

@Suite struct ControllerTests {
  @Test func `a deployment has a replica set and pods, and its status counts them`() async throws {
    try await TestCluster.with { _, client in
      try await client.create(TestCluster.deployments, TestCluster.deployment("web", replicas: 2))
      let web = try await client.wait(TestCluster.deployments) { $0.at("status", "availableReplicas") == 2 }
      #expect(web.condition("Available")?["status"] == "True")
      let sets = try await client.get("/apis/apps/v1/namespaces/default/replicasets")["items"]?.array ?? []
      #expect(sets.count == 1)
      #expect(sets[0].at("metadata", "ownerReferences")?.array?[0]["name"] == "web")
      let pods = try await client.get("\(TestCluster.pods)?labelSelector=app%3Dweb")["items"]?.array ?? []
      #expect(pods.count == 2)
      #expect(pods.allSatisfy { $0.at("metadata", "labels", "pod-template-hash") != nil })
    }
  }

  @Test func `a new template replaces the pods, and less replicas are fewer pods`() async throws {
    try await TestCluster.with { _, client in
      try await client.create(TestCluster.deployments, TestCluster.deployment("web", replicas: 2))
      try await client.wait(TestCluster.deployments) { $0.at("status", "availableReplicas") == 2 }
      let merge = "application/merge-patch+json"
      let changed = TestCluster.deployment("web", replicas: 2, image: "registry/image:v2")
      _ = try await client.send("PATCH", "\(TestCluster.deployments)/web", changed, type: merge)
      let pods = try await client.waitForList(TestCluster.pods) { pods in
        pods.count == 2 && pods.allSatisfy { $0.at("spec", "containers")?.array?[0]["image"] == "registry/image:v2" }
      }
      #expect(pods.count == 2)
      _ = try await client.send("PATCH", "\(TestCluster.deployments)/web/scale", ["spec": ["replicas": 0]], type: merge)
      try await client.waitForList(TestCluster.pods) { $0.isEmpty }
    }
  }

  @Test func `foreground deletion ends with the owner, which goes after its pods`() async throws {
    try await TestCluster.with { settings in
      settings.runner = { _ in .process(.init(program: "/bin/sleep", arguments: ["1000"], environment: [])) }
    } _: { _, client in
      try await client.create(TestCluster.deployments, TestCluster.deployment("web", replicas: 2))
      try await client.wait(TestCluster.deployments) { $0.at("status", "availableReplicas") == 2 }
      let pods = try await client.watch("\(TestCluster.pods)?resourceVersion=\(client.get(TestCluster.pods).version)")
      let marked = try await client.send(
        "DELETE", "\(TestCluster.deployments)/web", ["propagationPolicy": "Foreground", "gracePeriodSeconds": 0])
      #expect(try marked.json.at("metadata", "finalizers") == ["foregroundDeletion"])
      var gone = 0
      while gone < 2, let event = try await pods.next() { gone += event.type == "DELETED" ? 1 : 0 }
      let version = try await client.get(TestCluster.pods).version
      let last = try await client.waitForEvent(TestCluster.deployments + "?resourceVersion=\(marked.json.version)") {
        $0.type == "DELETED"
      }
      // By now no pod is left.
      #expect(try await client.get(TestCluster.pods)["items"] == [])
      #expect(last.name == "web" && !version.isEmpty)
    }
  }

  @Test func `background deletion takes dependents along, orphaning leaves them`() async throws {
    try await TestCluster.with { _, client in
      for name in ["a", "b"] {
        try await client.create(TestCluster.deployments, TestCluster.deployment(name, replicas: 1))
      }
      try await client.waitForList(TestCluster.pods) { $0.count == 2 && $0.allSatisfy { $0.phase == "Running" } }
      _ = try await client.send("DELETE", "\(TestCluster.deployments)/a")
      _ = try await client.send("DELETE", "\(TestCluster.deployments)/b?propagationPolicy=Orphan")
      let left = try await client.waitForList("/apis/apps/v1/namespaces/default/replicasets") { sets in
        sets.count == 1 && sets[0].at("metadata", "ownerReferences") == nil
      }
      #expect(left[0].at("metadata", "labels", "app") == "b")
      try await client.waitForList(TestCluster.pods) { $0.count == 1 }
    }
  }

  @Test func `a namespace goes with everything in it, and takes nothing new meanwhile`() async throws {
    try await TestCluster.with { _, client in
      try await client.create("/api/v1/namespaces", ["metadata": ["name": "team"]])
      try await client.create("/api/v1/namespaces/team/pods", TestCluster.pod("p"))
      try await client.wait("/api/v1/namespaces/team/pods") { $0.phase == "Running" }
      let answer = try await client.send("DELETE", "/api/v1/namespaces/team")
      #expect(try answer.json.phase == "Terminating")
      try await client.waitForEvent("/api/v1/namespaces?resourceVersion=\(answer.json.version)") {
        $0.type == "DELETED" && $0.object.name == "team"
      }
      #expect(try await client.get("/api/v1/namespaces/team/pods")["items"] == [])
      let late = try await client.send("POST", "/api/v1/namespaces/team/pods", TestCluster.pod("q"))
      #expect(late.status == 404)
      #expect(try late.json["message"] == #"namespaces "team" not found"#)
    }
  }

  @Test func `a pod that fits nowhere says why, and starts once there is room`() async throws {
    try await TestCluster.with { _, client in
      try await client.create(TestCluster.pods, TestCluster.pod("big", limits: ["aliyun.com/gpu-mem": "30"]))
      let stuck = try await client.wait(TestCluster.pods) { $0.condition("PodScheduled") != nil }
      #expect(stuck.phase == "Pending")
      #expect(stuck.condition("PodScheduled")?["reason"] == "Unschedulable")
      #expect(
        stuck.condition("PodScheduled")?["message"] == "0/3 nodes are available: 3 Insufficient aliyun.com/gpu-mem.")
      for node in ["gpu-0", "gpu-1"] {
        _ = try await client.send(
          "PATCH", "/api/v1/nodes/\(node)", ["metadata": ["labels": ["ack.node.gpu.schedule": "cgpu"]]],
          type: "application/merge-patch+json")
      }
      let pod = try await client.wait(TestCluster.pods) { $0.phase == "Running" }
      #expect(pod.at("spec", "nodeName") == "gpu-1")  // the only one whose GPUs have 30 GiB
      let events = try await client.get(
        "/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Dbig")["items"]?.array
      #expect(events?.contains { $0["reason"] == "FailedScheduling" } == true)
    }
  }

  @Test func `a label decides after a while what a GPU node offers`() async throws {
    try await TestCluster.with { _, client in
      func set(_ value: JSON) async throws {
        _ = try await client.send(
          "PATCH", "/api/v1/nodes/gpu-1", ["metadata": ["labels": ["ack.node.gpu.schedule": value]]],
          type: "application/merge-patch+json")
      }
      func offer(_ memory: JSON, _ gpus: JSON) async throws {
        try await client.wait("/api/v1/nodes?fieldSelector=metadata.name%3Dgpu-1") {
          $0.at("status", "allocatable", "aliyun.com/gpu-mem") == memory
            && $0.at("status", "allocatable", "nvidia.com/gpu") == gpus
        }
      }
      try await offer("0", "2")
      try await set("cgpu")
      try await offer("64", "0")
      try await set(.null)  // taking the label away changes nothing
      try await set("default")
      try await offer("0", "2")
    }
  }

  @Test func `GPU memory fills one GPU after another and never overbooks one`() async throws {
    try await TestCluster.with { settings in
      for index in settings.nodes.indices { settings.nodes[index].mode = .shared }
    } _: { _, client in
      let selector: JSON = ["kubernetes.io/hostname": "gpu-1"]
      for name in ["a", "b", "c", "d"] {
        try await client.create(
          TestCluster.pods,
          TestCluster.pod(name, limits: ["aliyun.com/gpu-mem": "20"], spec: [("nodeSelector", selector)]))
      }
      let pods = try await client.waitForList(TestCluster.pods) { pods in
        pods.count == 4
          && pods.allSatisfy { $0.phase == "Running" || $0.condition("PodScheduled")?["status"] == "False" }
      }
      // 2 GPUs of 32 GiB hold one pod of 20 GiB each, though 64 GiB would be room for three.
      let gpus = pods.compactMap { $0.at("metadata", "annotations", "ALIYUN_COM_GPU_MEM_IDX")?.string }
      #expect(gpus.sorted() == ["0", "1"])
      let message = pods.last?.condition("PodScheduled")?["message"]?.string
      #expect(
        message?.contains("1 Insufficient GPU Memory in one device") == true
          || message?.contains("Insufficient aliyun.com/gpu-mem") == true)
    }
  }

  @Test func `a daemon set has a pod on every node that it selects, also on ones labelled later`() async throws {
    try await TestCluster.with { _, client in
      let path = "/apis/apps/v1/namespaces/default/daemonsets"
      try await client.create(
        path,
        [
          "metadata": ["name": "d"],
          "spec": [
            "selector": ["matchLabels": ["app": "d"]],
            "template": [
              "metadata": ["labels": ["app": "d"]],
              "spec": ["nodeSelector": ["role": "x"], "containers": [["name": "c", "image": "i"]]],
            ],
          ],
        ])
      for (count, node) in ["store-0", "gpu-0"].enumerated() {
        _ = try await client.send(
          "PATCH", "/api/v1/nodes/\(node)", ["metadata": ["labels": ["role": "x"]]],
          type: "application/merge-patch+json")
        try await client.wait(path) { $0.at("status", "numberReady") == .integer(Int64(count + 1)) }
      }
      let pods = try await client.get(TestCluster.pods)["items"]?.array ?? []
      #expect(Set(pods.compactMap { $0.at("spec", "nodeName")?.string }) == ["store-0", "gpu-0"])
    }
  }
}
