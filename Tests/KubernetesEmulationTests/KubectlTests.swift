import KubernetesEmulation
import PodEmulation
import Testing
import WireProtocols

/// The real kubectl, in the oldest and the newest version that is installed.
@Suite(.enabled(if: !Shell.kubectls.isEmpty, "kubectl is not installed (on Debian: kubernetes-client)"))
struct KubectlTests {
  /// Runs a body with a cluster and a function that runs kubectl against it.
  private static func with(
    _ program: String,
    _ body: (APIClient, Shell, @escaping @Sendable (String...) async throws -> Shell.Outcome) async throws -> Void
  ) async throws {
    try await TestCluster.with { settings in
      settings.admitsAnonymous = true
    } _: { cluster, client in
      try await Shell.with { shell in
        let file = try shell.write(cluster.kubeconfig.text, to: "kubeconfig")
        var shell = shell
        shell.environment = [.init("KUBECONFIG", file)]
        try await body(client, shell) { @Sendable [shell] (arguments: String...) in
          try await shell.run(program, arguments)
        }
      }
    }
  }

  @Test(arguments: Shell.kubectls)
  func `kubectl gets and describes nodes`(program: String) async throws {
    try await Self.with(program) { _, _, kubectl in
      let nodes = try await kubectl("get", "nodes", "-o", "wide")
      #expect(nodes.exit == .exited(0), "\(nodes.output)")
      let lines = nodes.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      #expect(lines.map { $0[0] } == ["NAME", "gpu-0", "gpu-1", "store-0"])
      #expect(lines[1].dropFirst().first == "Ready")
      let node = try await kubectl("describe", "node", "gpu-1")
      #expect(node.exit == .exited(0), "\(node.output)")
      #expect(node.output.contains("nvidia.com/gpu:      2") && node.output.contains("gpu_server=v100"))
    }
  }

  @Test(arguments: Shell.kubectls)
  func `kubectl labels and annotates, and is told of a bad label by the server`(program: String) async throws {
    try await Self.with(program) { client, _, kubectl in
      #expect(
        try await kubectl("label", "node", "gpu-0", "ack.node.gpu.schedule=cgpu", "--overwrite").exit == .exited(0))
      #expect(try await kubectl("annotate", "node", "gpu-0", "note=x").exit == .exited(0))
      let node = try await client.get("/api/v1/nodes/gpu-0")
      #expect(node.at("metadata", "labels", "ack.node.gpu.schedule") == "cgpu")
      #expect(node.at("metadata", "annotations", "note") == "x")
      #expect(try await kubectl("label", "node", "gpu-0", "ack.node.gpu.schedule-").exit == .exited(0))
      #expect(try await client.get("/api/v1/nodes/gpu-0").at("metadata", "labels", "ack.node.gpu.schedule") == nil)
      let bad = try await kubectl("patch", "node", "gpu-0", "-p", #"{"metadata":{"labels":{"a":"b c"}}}"#)
      #expect(bad.exit == .exited(1))
      #expect(bad.output.contains(#"The Node "gpu-0" is invalid: metadata.labels: Invalid value: "b c""#))
    }
  }

  @Test(arguments: Shell.kubectls)
  func `kubectl applies on its own side and on the server's, waits and deletes`(program: String) async throws {
    try await Self.with(program) { client, shell, kubectl in
      let file = try shell.write(TestCluster.deployment("web", replicas: 2).text, to: "web.json")
      let changed = try shell.write(TestCluster.deployment("web", replicas: 1).text, to: "web1.json")
      let made = try await kubectl("apply", "-f", file)
      #expect(made.output == "deployment.apps/web created\n")
      // The oldest versions of kubectl add a remark about the schema.
      #expect(try await kubectl("apply", "-f", file).output.hasSuffix("deployment.apps/web unchanged\n"))
      let waited = try await kubectl("wait", "--for=condition=available", "deployment/web", "--timeout=20s")
      #expect(waited.output == "deployment.apps/web condition met\n")
      #expect(try await kubectl("apply", "-f", changed).output.hasSuffix("deployment.apps/web configured\n"))
      #expect(try await kubectl("rollout", "status", "deployment/web", "--timeout=20s").exit == .exited(0))
      #expect(try await client.get("\(TestCluster.deployments)/web").at("spec", "replicas") == 1)
      let conflict = try await kubectl("apply", "--server-side", "-f", file)
      #expect(conflict.exit != .exited(0) && conflict.output.contains("conflict with \"kubectl-client-side-apply\""))
      let forced = try await kubectl("apply", "--server-side", "--force-conflicts", "-f", file)
      #expect(forced.output == "deployment.apps/web serverside-applied\n")
      #expect(try await client.get("\(TestCluster.deployments)/web").at("spec", "replicas") == 2)
      let described = try await kubectl("describe", "deployment", "web")
      #expect(described.output.contains("ScalingReplicaSet"))
      let gone = try await kubectl("delete", "deployment", "web", "--cascade=foreground", "--timeout=20s")
      #expect(gone.exit == .exited(0), "\(gone.output)")
      #expect(try await client.get(TestCluster.pods)["items"] == [])
    }
  }

  @Test(arguments: Shell.kubectls)
  func `kubectl watches pods as they come and go`(program: String) async throws {
    try await Self.with(program) { client, _, kubectl in
      async let watched = kubectl("get", "pods", "--watch", "--request-timeout=3s")
      try await client.create(TestCluster.pods, TestCluster.pod("seen"))
      try await client.wait(TestCluster.pods) { $0.phase == "Running" }
      let lines = try await watched.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      #expect(lines.contains { $0.prefix(3) == ["seen", "1/1", "Running"] })
    }
  }

  @Test(arguments: Shell.kubectls)
  func `a pod that fits nowhere is explained by kubectl describe`(program: String) async throws {
    try await Self.with(program) { client, _, kubectl in
      try await client.create(TestCluster.pods, TestCluster.pod("big", limits: ["aliyun.com/gpu-mem": "999"]))
      try await client.wait(TestCluster.pods) { $0.condition("PodScheduled") != nil }
      let described = try await kubectl("describe", "pod", "big")
      #expect(described.output.contains("FailedScheduling"))
      #expect(described.output.contains("0/3 nodes are available: 3 Insufficient aliyun.com/gpu-mem."))
    }
  }

  @Test(arguments: Shell.kubectls)
  func `kubectl creates small objects, which it sends in the binary form, and asks for its rights`(
    program: String
  ) async throws {
    try await Self.with(program) { client, _, kubectl in
      #expect(try await kubectl("create", "namespace", "team").output == "namespace/team created\n")
      let secret = try await kubectl("-n", "team", "create", "secret", "generic", "s", "--from-literal=k=v")
      #expect(secret.output == "secret/s created\n")
      #expect(try await client.get("/api/v1/namespaces/team/secrets/s").at("data", "k") == "dg==")
      let map = try await kubectl("-n", "team", "create", "configmap", "m", "--from-literal=a=b")
      #expect(map.output == "configmap/m created\n")
      #expect(try await client.get("/api/v1/namespaces/team/configmaps/m")["data"] == ["a": "b"])
      #expect(try await kubectl("auth", "can-i", "create", "pods").output == "yes\n")
      #expect(try await kubectl("delete", "namespace", "team", "--timeout=20s").exit == .exited(0))
    }
  }

  @Test(arguments: Shell.kubectls)
  func `kubectl creates deployments and jobs, which it sends in the binary form, too`(program: String) async throws {
    try await Self.with(program) { client, _, kubectl in
      let web = try await kubectl("create", "deployment", "web", "--image=registry/web:v1", "--replicas=2", "--port=80")
      #expect(web.exit == .exited(0) && web.output == "deployment.apps/web created\n", "\(web.output)")
      let deployment = try await client.get("\(TestCluster.deployments)/web")
      #expect(deployment.at("spec", "replicas") == 2)
      #expect(deployment.at("spec", "selector", "matchLabels") == ["app": "web"])
      let container = deployment.at("spec", "template", "spec", "containers")?.array?.first
      #expect(container?["image"] == "registry/web:v1")
      #expect(container?["ports"]?.array?.first?["containerPort"] == 80)
      try await client.waitForList(TestCluster.pods) { $0.filter { $0.phase == "Running" }.count == 2 }
      let job = try await kubectl("create", "job", "once", "--image=registry/once:v1", "--", "echo", "two words")
      #expect(job.exit == .exited(0) && job.output == "job.batch/once created\n", "\(job.output)")
      let made = try await client.get("\(JobTests.jobs)/once")
      let command = made.at("spec", "template", "spec", "containers")?.array?.first?["command"]
      #expect(command == ["echo", "two words"])
      #expect(made.at("spec", "template", "spec", "restartPolicy") == "Never")
    }
  }
}
