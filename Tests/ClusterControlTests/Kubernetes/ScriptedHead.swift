import HTTPServing
import KubernetesDeployment
import KubernetesEmulation
import NIOPosix
import Synchronization
import WireProtocols

/// ServerlessLLM's head behind a socket: it keeps what is registered and answers as its script says.
struct ScriptedHead {
  /// What it does with a request.
  enum Script: Sendable {
    /// It answers with as many words as were asked for, its first token so many seconds old.
    case answers(created: Double)
    /// It answers with a status and a body.
    case refuses(Int, String)
  }

  /// What it was told.
  final class Told: Sendable {
    private let state = Mutex<(models: [String], asked: [JSON])>(([], []))

    func register(_ body: JSON) { state.withLock { $0.models.append(body["model"]?.string ?? "") } }
    func ask(_ body: JSON) { state.withLock { $0.asked.append(body) } }

    var models: [String] { state.withLock { $0.models } }
    var asked: [JSON] { state.withLock { $0.asked } }
  }

  /// Commands that were run, by pod.
  final class Commands: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  /// A head whose Ray cluster has what runs beside it: as many nodes as there are workers, and itself.
  static func executor(_ commands: Commands, exitCode: Int32 = 0, missing: Int = 0) -> PodExecutor {
    { order in
      commands.add("\(order.pod.name.prefix { $0 != "-" }): \(order.words[0])")
      if order.words == ServerlessLLMManifests.startCommand {
        return .prints(stderr: exitCode == 0 ? "" : "no such thing\n", exitCode: exitCode)
      }
      let workers = order.neighbours.count { $0.image == "sllm-worker:v1" }
      return .prints(stdout: "a line of Ray's\n\(workers + 1 - missing)\n", exitCode: 0)
    }
  }

  let server: HTTPServer
  let told: Told

  /// - Parameter registering: what registrations are answered with.
  static func start(_ script: Script, registering: Int = 200) async throws -> ScriptedHead {
    let told = Told()
    let server = try await HTTPServer.start(port: 0, on: MultiThreadedEventLoopGroup.singleton.next()) {
      request, responder in
      guard let body = try? JSON(parsing: request.body) else { return responder.respond(400, body: []) }
      if request.path == "/register" {
        told.register(body)
        return responder.respond(registering, body: Array("the head's own words".utf8))
      }
      told.ask(body)
      answer(body, script, responder)
    }
    return ScriptedHead(server: server, told: told)
  }

  private static func answer(_ body: JSON, _ script: Script, _ responder: HTTPResponder) {
    switch script {
    case .answers(let created):
      let count = body["max_tokens"]?.integer ?? 1
      let text = Array(repeating: "word ", count: count).joined()
      let answer: JSON = [
        "id": "x", "object": "chat.completion", "created": .number(created), "model": body["model"] ?? "",
        "choices": [
          ["index": 0, "message": ["role": "assistant", "content": .string(text)], "finish_reason": "length"]
        ],
        "usage": [
          "prompt_tokens": 3, "completion_tokens": .integer(Int64(count)), "total_tokens": .integer(Int64(count + 3)),
        ],
      ]
      responder.respond(200, body: answer.bytes)
    case .refuses(let status, let words): responder.respond(status, body: Array(words.utf8))
    }
  }

  func stop() async {
    _ = await server.drain(patience: .zero)
  }
}
