import Foundation
import KubernetesEmulation
import PodEmulation
import Synchronization
import Testing
import WireProtocols

@Suite struct KubeletTests {
  private static func shell(_ script: String) -> PodRunner {
    { pod in .process(.init(program: "/bin/sh", arguments: ["-c", script], environment: pod.environment)) }
  }

  /// Runs a body with a folder that is removed afterwards.
  private static func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kubelet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder.path)
  }

  @Test func `a pod is a process with the pod's environment, its log and its exit code`() async throws {
    try await Self.withFolder { folder in
      try await TestCluster.with { settings in
        settings.logs = folder
        settings.runner = Self.shell("echo $NAME on $NODE at $IP has $KEY and $TEXT; exit 3")
      } _: { _, client in
        try await client.create(
          "/api/v1/namespaces/default/secrets", ["metadata": ["name": "s"], "stringData": ["k": "secret"]])
        func field(_ name: String, _ path: String) -> JSON {
          ["name": .string(name), "valueFrom": ["fieldRef": ["fieldPath": .string(path)]]]
        }
        let environment: JSON = [
          field("NAME", "metadata.name"), field("NODE", "spec.nodeName"), field("IP", "status.podIP"),
          ["name": "KEY", "valueFrom": ["secretKeyRef": ["name": "s", "key": "k"]]],
          ["name": "TEXT", "value": "$(NAME)-x"],
        ]
        try await client.create(
          TestCluster.pods,
          [
            "metadata": ["name": "p"],
            "spec": [
              "restartPolicy": "Never", "nodeSelector": ["kubernetes.io/hostname": "gpu-0"],
              "containers": [["name": "c", "image": "i", "env": environment]],
            ],
          ])
        let pod = try await client.wait(TestCluster.pods) { $0.phase == "Failed" }
        let ended = pod.at("status", "containerStatuses")?.array?[0].at("state", "terminated")
        #expect(ended?["exitCode"] == 3 && ended?["reason"] == "Error")
        let log = try await client.send("GET", "\(TestCluster.pods)/p/log")
        let address = pod.at("status", "podIP")?.string ?? ""
        #expect(address.hasPrefix("127."))
        #expect(log.body == "p on gpu-0 at \(address) has secret and p-x\n")
      }
    }
  }

  @Test func `deleting a pod ends its process and everything that it has started`() async throws {
    try await TestCluster.with { settings in
      settings.runner = Self.shell("sleep 1000 & wait")
    } _: { _, client in
      try await client.create(TestCluster.pods, TestCluster.pod("p"))
      let pod = try await client.wait(TestCluster.pods) { $0.phase == "Running" }
      let marked = try await client.send("DELETE", "\(TestCluster.pods)/p?gracePeriodSeconds=10")
      #expect(try marked.json.at("metadata", "deletionGracePeriodSeconds") == 10)
      try await client.waitForEvent("\(TestCluster.pods)?resourceVersion=\(pod.version)") { $0.type == "DELETED" }
      #expect(try await client.send("GET", "\(TestCluster.pods)/p").status == 404)
    }
  }

  @Test func `a pod that wants no time for its end stays until its node has taken its own`() async throws {
    let span = Duration.milliseconds(60)
    try await TestCluster.with { settings in
      settings.runner = Self.shell("trap '' TERM; sleep 1000 & wait")
      settings.podEnd = span
    } _: { _, client in
      try await client.create(
        TestCluster.pods, TestCluster.pod("p", spec: [("terminationGracePeriodSeconds", 0)]))
      let pod = try await client.wait(TestCluster.pods) { $0.phase == "Running" }
      let begin = ContinuousClock.now
      #expect(try await client.send("DELETE", "\(TestCluster.pods)/p").json.at("metadata", "deletionTimestamp") != nil)
      #expect(try await client.send("GET", "\(TestCluster.pods)/p").status == 200)
      try await client.waitForEvent("\(TestCluster.pods)?resourceVersion=\(pod.version)") { $0.type == "DELETED" }
      #expect(ContinuousClock.now - begin >= span)
    }
  }

  @Test func `a program is started as its machine's network says, at an address of that`() async throws {
    try await Self.withFolder { folder in
      let released = Mutex<[String]>([])
      try await TestCluster.with { settings in
        settings.logs = folder
        settings.runner = Self.shell("echo at $IP")
        settings.network = PodNetwork(
          machineAddress: { "127.77.0.\($0 + 1)" }, take: { "127.77.\($0 + 1).9" },
          release: { address, machine in released.withLock { $0.append("\(machine): \(address)") } },
          placed: { program, machine in
            var placed = program
            placed.program = "/bin/sh"
            placed.arguments = ["-c", "echo on \(machine); exec \"$@\"", "sh", program.program] + program.arguments
            return placed
          })
      } _: { _, client in
        let address: JSON = ["name": "IP", "valueFrom": ["fieldRef": ["fieldPath": "status.podIP"]]]
        try await client.create(
          TestCluster.pods,
          [
            "metadata": ["name": "p"],
            "spec": [
              "restartPolicy": "Never", "nodeSelector": ["kubernetes.io/hostname": "gpu-1"],
              "containers": [["name": "c", "image": "i", "env": [address]]],
            ],
          ])
        let pod = try await client.wait(TestCluster.pods) { $0.phase == "Succeeded" }
        #expect(pod.at("status", "hostIP") == "127.77.0.2" && pod.at("status", "podIP") == "127.77.2.9")
        #expect(try await client.send("GET", "\(TestCluster.pods)/p/log").body == "on 1\nat 127.77.2.9\n")
        #expect(released.withLock { $0 } == ["1: 127.77.2.9"])
      }
    }
  }

  @Test func `a process that cannot be written down is ended, and its pod says why`() async throws {
    struct Full: Error, CustomStringConvertible { let description = "the disk is full" }
    try await TestCluster.with { settings in
      settings.runner = Self.shell("exec sleep 1000")
      settings.started = { _ in throw Full() }
    } _: { _, client in
      try await client.create(TestCluster.pods, TestCluster.pod("p"))
      let pod = try await client.wait(TestCluster.pods) { $0.at("status", "containerStatuses") != nil }
      let waiting = pod.at("status", "containerStatuses")?.array?[0].at("state", "waiting")
      #expect(waiting?["reason"] == "RunContainerError" && waiting?["message"] == "the disk is full")
    }
  }

  @Test func `addresses do not run out at 254, and two clusters never have one in common`() {
    let networks = [PodNetwork.loopback(port: 40_001), .loopback(port: 40_002)]
    let taken = networks.map { network in (0..<600).compactMap { network.take($0) } }
    #expect(taken.map(\.count) == [600, 600])
    #expect(Set(taken.joined()).count == 1200)
    #expect(taken.joined().allSatisfy { $0.hasPrefix("127.") })
    #expect(taken[0][0] == "127.156.65.1")  // 40,001 = 156 * 256 + 65
    networks[0].release(taken[0][3], 0)
    let next = (0..<163).compactMap { networks[0].take($0) }
    #expect(next.last == taken[0][3], "the 162 that were left of three times 254, then the longest unused one")
  }

  @Test func `a container that keeps ending is restarted after a pause, and says so`() async throws {
    try await TestCluster.with { settings in
      settings.runner = { _ in .fails(.crashes(exitCode: 2)) }
    } _: { _, client in
      try await client.create(TestCluster.pods, TestCluster.pod("p"))
      let pod = try await client.wait(TestCluster.pods) {
        ($0.at("status", "containerStatuses")?.array?[0]["restartCount"]?.integer ?? 0) >= 2
          && $0.at("status", "containerStatuses")?.array?[0].at("state", "waiting") != nil
      }
      let status = pod.at("status", "containerStatuses")?.array?[0]
      #expect(status?.at("state", "waiting", "reason") == "CrashLoopBackOff")
      #expect(status?.at("lastState", "terminated", "exitCode") == 2)
      #expect(pod.condition("Ready")?["status"] == "False")
    }
  }

  @Test func `pods fail for want of an image, of memory or of room on the node`() async throws {
    try await TestCluster.with { settings in
      settings.runner = { $0.name == "image" ? .fails(.imagePull) : .idles }
    } _: { cluster, client in
      try await client.create(TestCluster.pods, TestCluster.pod("image"))
      let image = try await client.wait("\(TestCluster.pods)?fieldSelector=metadata.name%3Dimage") {
        $0.at("status", "containerStatuses") != nil
      }
      let waiting = image.at("status", "containerStatuses")?.array?[0].at("state", "waiting")
      #expect(image.phase == "Pending" && waiting?["reason"] == "ImagePullBackOff")
      for name in ["memory", "room"] {
        try await client.create(
          TestCluster.pods, TestCluster.pod(name, spec: [("restartPolicy", "Never")]))
        try await client.wait("\(TestCluster.pods)?fieldSelector=metadata.name%3D\(name)") { $0.phase == "Running" }
      }
      await cluster.failPod("memory", in: "default", .outOfMemory)
      await cluster.failPod("room", in: "default", .evicted)
      let memory = try await client.get("\(TestCluster.pods)/memory")
      let ended = memory.at("status", "containerStatuses")?.array?[0].at("state", "terminated")
      #expect(memory.phase == "Failed" && ended?["reason"] == "OOMKilled" && ended?["exitCode"] == 137)
      let room = try await client.get("\(TestCluster.pods)/room")
      #expect(room.phase == "Failed" && room.at("status", "reason") == "Evicted")
    }
  }

  @Test func `a process whose program does not exist is reported`() async throws {
    try await TestCluster.with { settings in
      settings.runner = { _ in .process(.init(program: "/no/such/program", arguments: [], environment: [])) }
    } _: { _, client in
      try await client.create(TestCluster.pods, TestCluster.pod("p"))
      let pod = try await client.wait(TestCluster.pods) { $0.at("status", "containerStatuses") != nil }
      let waiting = pod.at("status", "containerStatuses")?.array?[0].at("state", "waiting")
      #expect(waiting?["reason"] == "RunContainerError")
      #expect(waiting?["message"]?.string?.contains("/no/such/program") == true)
    }
  }

  @Test func `stopping the cluster ends all processes`() async throws {
    try await Self.withFolder { folder in
      try await TestCluster.with { settings in
        settings.logs = folder
        settings.runner = Self.shell("echo $$; exec sleep 1000")
      } _: { _, client in
        try await client.create(TestCluster.pods, TestCluster.pod("p"))
        try await client.wait(TestCluster.pods) { $0.phase == "Running" }
        let log = try APIConnection(port: client.port)
        try await log.send(
          "GET \(TestCluster.pods)/p/log?follow=true HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(client.token ?? "")\r\n\r\n"
        )
        var text = ""
        while text.split(separator: "\r\n").count < 8, case let more = try await log.receive(), !more.isEmpty {
          text += String(decoding: more, as: UTF8.self)
          if text.contains("chunked"), text.hasSuffix("\n\r\n"), text.components(separatedBy: "\r\n\r\n").count > 1,
            text.components(separatedBy: "\r\n\r\n")[1].count > 5
          {
            break
          }
        }
      }
      let log = try String(contentsOfFile: "\(folder)/default_p.log", encoding: .utf8)
      let process = try #require(Int32(log.trimmingCharacters(in: .whitespacesAndNewlines)))
      #expect(kill(process, 0) == -1)
    }
  }
}
