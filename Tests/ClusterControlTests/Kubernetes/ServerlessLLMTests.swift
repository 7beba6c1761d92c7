import Experiments
import KubernetesClient
import KubernetesDeployment
import KubernetesEmulation
import ServingModel
import Synchronization
import Testing

@testable import ClusterControl

/// ServerlessLLM on an emulated cluster, from its first Deployment to the answer of its head, which is a script here.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ServerlessLLMTests {
  static let setting = ColdStartSetting(system: .serverlessLLM, modelSet: "one", backend: "two")
  private static let objects = ["sllm-server", "sllm-worker-0", "sllm-worker-1", "storage-server-remote-0"]

  private static func bench(
    _ head: ScriptedHead, _ change: (inout KubernetesBench.Settings) -> Void
  ) async throws -> KubernetesBench {
    var settings = KubernetesBench.Settings()
    settings.sharesGPUs = false
    settings.timeScale = 1
    settings.head = head
    change(&settings)
    return try await KubernetesBench.start(setting, KubernetesBench.coldStartConfiguration(), settings)
  }

  @Test func `everything is started in order, models are registered, and requests are answered by the head`()
    async throws
  {
    let (head, commands) = (try await ScriptedHead.start(.answers(created: 0)), ScriptedHead.Commands())
    let bench = try await Self.bench(head) { $0.execute = ScriptedHead.executor(commands) }
    #expect(await bench.names("deployments", group: "apps") == Self.objects)
    #expect(commands.all.last == "sllm: sh")
    #expect(commands.all.dropLast().allSatisfy { $0 == "sllm: /opt/conda/bin/python" })
    // The measured model, and those that are loaded in between to evict it.
    #expect(head.told.models.first == "facebook/opt-2.7b/0")
    #expect(head.told.models.count == bench.deployment.deployments.count)
    let server = try #require(
      await bench.cluster.objects("pods", in: KubernetesBench.namespace).first { $0.name.hasPrefix("sllm-server") })
    let worker = try #require(
      await bench.cluster.objects("pods", in: KubernetesBench.namespace).first { $0.name.hasPrefix("sllm-worker-1") })
    let environment = worker.json["spec"]?["containers"]?.array?[0]["env"]?.array ?? []
    #expect(environment.first { $0["name"] == "HEAD_IP" }?["value"] == server.json["status"]?["podIP"])
    let answer = try await bench.ask(tokens: 4)
    #expect(answer.status == 200 && answer.text.contains("word word word word"))
    let asked = try #require(head.told.asked.first)
    #expect(asked["model"] == "facebook/opt-2.7b/0" && asked["max_tokens"] == 4 && asked["stream"] == nil)
    await bench.stopController()
    #expect(await bench.left() == [])
    #expect(bench.notes.kept.contains { $0.hasPrefix("sllm-server-") }, "its output is kept")
    await bench.stopCluster()
    await head.stop()
  }

  /// What a head may answer, and what its client is told then.
  private static let refusals: [(script: ScriptedHead.Script, words: String)] = [
    (.answers(created: 1_700_000_000), "`created` must be the seconds from the first token to the end"),
    (.answers(created: -1), "`created` must be the seconds from the first token to the end"),
    (.refuses(500, "no workers"), "ServerlessLLM answered 500: no workers"),
    (.refuses(200, "{}"), "ServerlessLLM's answer is not understood"),
  ]

  @Test(arguments: refusals)
  func `an answer whose time to first token is unknown is no answer, nor is an error`(
    refusal: (script: ScriptedHead.Script, words: String)
  ) async throws {
    let head = try await ScriptedHead.start(refusal.script)
    let bench = try await Self.bench(head) { $0.execute = ScriptedHead.executor(.init()) }
    let answer = try await bench.ask()
    #expect(answer.status >= 500 && answer.text.contains(refusal.words), "\(answer.text)")
    await bench.stop()
    await head.stop()
  }

  @Test func `a head that is gone fails requests after three attempts, and a lost pod is told of`() async throws {
    let head = try await ScriptedHead.start(.answers(created: 0))
    let bench = try await Self.bench(head) { $0.execute = ScriptedHead.executor(.init()) }
    await head.stop()
    let answer = try await bench.ask()
    #expect(answer.status >= 500 && answer.text.contains("ServerlessLLM's head does not listen."), "\(answer.text)")
    let worker = try #require(await bench.names("pods").first { $0.hasPrefix("sllm-worker-0") })
    await bench.cluster.failPod(worker, in: KubernetesBench.namespace, .evicted)
    try await bench.wait {
      bench.notes.all.contains { $0.hasPrefix("Pod sllm-worker-0 of ServerlessLLM was lost: Evicted") }
    }
    await bench.stop()
  }

  @Test func `a start that cannot end says why and leaves nothing`() async throws {
    let starts: [(change: (inout KubernetesBench.Settings) -> Void, registering: Int, words: String)] = [
      ({ $0.execute = ScriptedHead.executor(.init(), missing: 1) }, 200, "2 of 3 nodes have joined"),
      (
        { $0.execute = ScriptedHead.executor(.init(), exitCode: 2) }, 200,
        "its command ended with exit code 2: no such thing"
      ),
      ({ $0.execute = ScriptedHead.executor(.init()) }, 409, "(409: the head's own words)"),
      ({ _ in }, 200, "exit code"),
    ]
    for start in starts {
      let head = try await ScriptedHead.start(.answers(created: 0), registering: start.registering)
      let left = Mutex<[String]?>(nil)
      let failure = await #expect(throws: (any Error).self) {
        _ = try await Self.bench(head) { settings in
          settings.limits.listening = .milliseconds(300)
          settings.whenNotStarted = { cluster in
            let found = await KubernetesBench.left(on: cluster)
            left.withLock { $0 = found }
          }
          start.change(&settings)
        }
      }
      #expect(failure.map { "\($0)".contains(start.words) } == true, "\(String(describing: failure))")
      #expect(left.withLock { $0 } == [])
      await head.stop()
    }
  }
}
