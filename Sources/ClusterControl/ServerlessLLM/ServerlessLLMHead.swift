import KubernetesClient
import KubernetesDeployment
import NIOCore
import NIOPosix
import WireProtocols

/// The head of ServerlessLLM while it is set up: commands are run in its pod, models are registered at its address.
struct ServerlessLLMHead: Sendable {
  /// Where its service answers.
  let address: WorkerAddress
  private let serving: KubernetesServing

  private static let pause = Duration.milliseconds(500)
  /// How long one command may take in the pod; loading Ray takes seconds.
  private static let commandLimit = Duration.seconds(60)

  /// A head whose pod runs.
  init(_ serving: KubernetesServing, at address: WorkerAddress) {
    self.serving = serving
    self.address = address
  }

  // MARK: Its pod

  /// Waits until so many nodes are members of the head's Ray cluster, itself among them.
  ///
  /// - Throws: `DeploymentError.stepFailed` when they are not in time, with what the command in the pod said last.
  func awaitMembers(count: Int) async throws {
    serving.note("Waiting until \(count) nodes have joined ServerlessLLM's head.")
    let limit = ContinuousClock.now + serving.limits.listening
    var state = ""
    while true {
      let pod = try await pod()
      do {
        let result = try await execute(ServerlessLLMManifests.countCommand, in: pod)
        let joined = result.output.split(whereSeparator: \.isNewline).last.flatMap { Int($0) }
        if result.exitCode == 0, let joined {
          if joined >= count { return }
          state = "\(joined) of \(count) nodes have joined"
        } else {
          state = "asking for its members ended with exit code \(result.exitCode): \(result.lastWords)"
        }
      } catch let error as KubernetesError where error.mayPass || error.isOfUnknownOutcome {
        state = "\(error)"  // nothing is wrong with asking twice
      }
      guard ContinuousClock.now < limit else {
        throw DeploymentError.stepFailed(step: "Starting ServerlessLLM", object: pod, reason: state)
      }
      try await serving.client.pacing.sleep(Self.pause)
    }
  }

  /// Starts the service in the pod, once. Where nobody can say whether it was started, it is waited for.
  ///
  /// - Throws: `KubernetesError`, `DeploymentError.stepFailed` with what the command said.
  func serve() async throws {
    let pod = try await pod()
    let result: PodCommandResult
    do {
      result = try await execute(ServerlessLLMManifests.startCommand, in: pod)
    } catch let error as KubernetesError where error.isOfUnknownOutcome {
      return serving.note("\(error) The service is waited for.")
    }
    guard result.exitCode == 0 else {
      throw DeploymentError.stepFailed(
        step: "Starting ServerlessLLM's service", object: pod,
        reason: "its command ended with exit code \(result.exitCode): \(result.lastWords)")
    }
  }

  private func execute(_ command: [String], in pod: String) async throws -> PodCommandResult {
    try await serving.client.execute(
      command, inPod: pod, namespace: serving.manifests.namespace, within: Self.commandLimit)
  }

  /// The pod of the head's Deployment that runs.
  private func pod() async throws -> String {
    let name = ServerlessLLMManifests.headName
    let selector = try serving.manifests.labels.selector.and("app", name)
    let pods = try await serving.client.list(.pods, namespace: serving.manifests.namespace, selector: selector).items
    guard let pod = pods.first(where: { $0["status", "phase"]?.string == "Running" }) else {
      throw DeploymentError.stepFailed(step: "Starting ServerlessLLM", object: name, reason: "its pod does not run")
    }
    return pod.name
  }

  // MARK: Its service

  /// Registers a model, as soon as the service listens.
  ///
  /// - Throws: ``ClusterControlError``.
  func register(_ model: String, _ body: JSON) async throws {
    let limit = ContinuousClock.now + serving.limits.listening
    while true {
      switch await post(body) {
      case .answered(200...299, _): return
      case .answered(let status, let body):
        throw ClusterControlError.notRegistered(
          model: model, reason: "\(status): \(String(decoding: body.prefix(300), as: UTF8.self))")
      case .broken(let reason): throw ClusterControlError.notRegistered(model: model, reason: reason)
      case .refused: break
      }
      guard ContinuousClock.now < limit else {
        throw ClusterControlError.notRegistered(
          model: model,
          reason:
            "\(address.host):\(address.port) has not listened for \(serving.limits.listening.components.seconds) s")
      }
      try await serving.client.pacing.sleep(Self.pause)
    }
  }

  private func post(_ body: JSON) async -> WholeAnswer.Outcome {
    let (loop, address) = (MultiThreadedEventLoopGroup.singleton.next(), address)
    return await withCheckedContinuation { continuation in
      loop.execute {
        let answer = WholeAnswer { continuation.resume(returning: $0) }
        _ = WorkerCall.post(body, to: ServerlessLLMRegistration.path, at: address, on: loop) { answer.take($0) }
      }
    }
  }
}

extension PodCommandResult {
  /// What it printed.
  fileprivate var output: String { String(decoding: stdout, as: UTF8.self) }

  /// The last line of what went wrong, for people.
  fileprivate var lastWords: String {
    let text = stderr.isEmpty ? output : String(decoding: stderr, as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).last.map(String.init) ?? "it said nothing"
  }
}

extension KubernetesError {
  /// Whether something has begun and nobody heard how it ended.
  fileprivate var isOfUnknownOutcome: Bool {
    if case .outcomeUnknown = self { true } else { false }
  }
}
