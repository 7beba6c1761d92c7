import NIOCore
import PodEmulation
import Quantities
import Scheduling
import ServingModel
import WireProtocols

/// What workers are told: to initialise, to consolidate, to answer.
extension LocalCluster {
  /// Pause before a worker that does not listen yet is asked again, by the published control plane, in its time.
  private static let retryPause = Duration.milliseconds(50)
  /// How long it may take until a worker listens, in real time.
  private static let listeningLimit = TimeAmount.seconds(60)
  /// How long after a connection broke it is waited for the news that its worker has died, in real time.
  private static let deathNotice = TimeAmount.milliseconds(500)

  /// Has all workers of an instance initialise, each as soon as it listens.
  func initialise(_ instance: InstanceID) {
    let workers = instances[instance]?.workers ?? []
    let addresses = workers.map { worker in
      pods[worker].map { "\(settings.identity.address($0.node)):\($0.port)" } ?? ""
    }
    let body = WorkerInitialisation(addresses: addresses).body
    for worker in workers {
      initialise(worker, of: instance, body, limit: .now() + Self.listeningLimit)
    }
  }

  private func initialise(_ worker: WorkerID, of instance: InstanceID, _ body: JSON, limit: NIODeadline) {
    guard let pod = pods[worker], !pod.isDeleted, !isStopping else { return }
    var status = 0
    var text = ""
    _ = WorkerCall.post(
      body, to: WorkerInitialisation.path, host: settings.identity.address(pod.node), port: pod.port, on: eventLoop
    ) { [self] news in
      switch news {
      case .status(let code): status = code
      case .bytes(let bytes): text += String(buffer: bytes)
      case .ended where status == 200: tell(.event(.workerInitialised(instance, rank: pod.rank)))
      case .ended: fail(instance, "Worker \(pod.process.name) could not initialise (\(status): \(text.prefix(300))).")
      case .refused where NIODeadline.now() < limit:
        eventLoop.assumeIsolated().scheduleTask(in: max(clock.real(Self.retryPause), .milliseconds(1))) { [self] in
          initialise(worker, of: instance, body, limit: limit)
        }
      case .refused: fail(instance, "Worker \(pod.process.name) does not listen.")
      case .broken(let reason):
        if pods[worker]?.isDeleted == false { fail(instance, "Worker \(pod.process.name) failed: \(reason).") }
      }
    }
  }

  /// Posts to a worker and waits for its answer.
  ///
  /// - Parameter done: called with what went wrong, or `nil`.
  func post(_ body: JSON, to path: String, at worker: WorkerID, done: @escaping (String?) -> Void) {
    guard let pod = pods[worker], !pod.hasEnded else { return done("Worker \(worker) is gone.") }
    let name = pod.process.name
    var status = 0
    _ = WorkerCall.post(
      body, to: path, host: settings.identity.address(pod.node), port: pod.port, on: eventLoop
    ) { news in
      switch news {
      case .status(let code): status = code
      case .bytes: break
      case .ended: done(status == 200 ? nil : "Worker \(name) answered \(path) with \(status).")
      case .refused: done("Worker \(name) refused \(path).")
      case .broken(let reason): done("Worker \(name) broke off \(path): \(reason).")
      }
    }
  }

  // MARK: Consolidation

  /// Has a worker load the rest of its model; the control plane is told of the end also when the worker is gone.
  func loadRest(for instance: InstanceID, by worker: WorkerID) {
    guard let pod = pods[worker] else { return tell(.event(.restLoaded(instance))) }
    let address = "\(settings.identity.address(pod.node)):\(pod.port)"
    post(
      WorkerDestination(address: address, originRank: pod.rank).body, to: WorkerDestination.path, at: worker
    ) { [self] failure in
      if let failure, pods[worker]?.isDeleted == false { fail(pod.instance, failure) }
      tell(.event(.restLoaded(instance)))
    }
  }

  func migrate(_ instance: InstanceID, requestCount: Int) {
    guard let first = instances[instance]?.workers.first else { return tell(.event(.kvCacheMigrated(instance))) }
    post(WorkerMigration(requestCount: requestCount).body, to: WorkerMigration.path, at: first) { [self] failure in
      if let failure, pods[first]?.isDeleted == false { fail(instance, failure) }
      instances[instance]?.isPipeline = false
      tell(.event(.kvCacheMigrated(instance)))
    }
  }

  /// Makes a stage an instance of its own.
  func stopOldStage(of worker: WorkerID, for instance: InstanceID) {
    guard let pod = pods[worker], !pod.isDeleted, let original = instances[pod.instance] else {
      return tell(.event(.instanceFailed(instance, reason: "Its worker is gone.")))
    }
    instances[pod.instance]?.workers.removeAll { $0 == worker }
    instances[instance] = Instance(deployment: original.deployment, workers: [worker], isPipeline: false)
    pods[worker]?.instance = instance
    post(WorkerStop(shutsDown: true).body, to: WorkerStop.path, at: worker) { [self] failure in
      if let failure { fail(instance, failure) } else { tell(.event(.oldStageStopped(instance))) }
    }
  }

  // MARK: Requests

  func forward(_ request: LiveRequest, to instance: InstanceID) {
    guard let worker = instances[instance]?.workers.first, let pod = pods[worker], !pod.hasEnded else {
      return tell(.lost(request.id, reason: "Instance \(instance) is gone."))
    }
    let body = ChatCompletionRequest(
      model: WorkerModelName(settings.deployments[request.deployment].name.description).description,
      messages: request.messages, maxTokens: request.maxTokens ?? settings.usualAnswerTokens,
      ignoresEnd: request.ignoresEnd
    ).body
    let answer = WorkerAnswer(request: request.id) { [self] in receive($0, of: request.id, from: pod.process.name) }
    let call = WorkerCall.post(
      body, to: ChatCompletionRequest.path, host: settings.identity.address(pod.node), port: pod.port, on: eventLoop
    ) { answer.take($0) }
    answering[request.id] = Answering(call: call, instance: instance)
  }

  private func receive(_ item: WorkerAnswer.Item, of request: RequestID, from name: String) {
    guard let instance = answering[request]?.instance else { return }
    switch item {
    case .text(let text): tell(.text(request, text))
    case .finished(let usage):
      answering[request] = nil
      tell(.finished(request, promptTokens: usage.promptTokens, completionTokens: usage.completionTokens))
    case .failed(let reason):
      answering[request] = nil
      tell(.event(.requestFailed(request, reason: "Worker \(name): \(reason)")))
    case .broken(let reason):
      answering[request] = nil
      broken[request] = (instance, "Worker \(name) broke off: \(reason).")
      eventLoop.assumeIsolated().scheduleTask(in: Self.deathNotice) { [self] in
        if let lost = broken.removeValue(forKey: request) { tell(.lost(request, reason: lost.reason)) }
      }
    }
  }

  /// Reads the stream of a worker's answer.
  private final class WorkerAnswer {
    enum Item {
      case text(String)
      case finished(TokenUsage)
      /// The worker answered with an error.
      case failed(String)
      /// The connection ended in the middle.
      case broken(String)
    }

    private let request: RequestID
    private let give: (Item) -> Void
    private var status = 0
    private var parser = ServerSentEventParser()
    private var problem: [UInt8] = []
    private var usage: TokenUsage?
    private var tokens = 0
    private var isDone = false
    private var hasFailed = false

    init(request: RequestID, give: @escaping (Item) -> Void) {
      self.request = request
      self.give = give
    }

    func take(_ news: WorkerCall.News) {
      guard !hasFailed else { return }
      switch news {
      case .status(let code): status = code
      case .bytes(let bytes): read(bytes)
      case .ended where status != 200:
        fail("status \(status), \(String(decoding: problem.prefix(300), as: UTF8.self))")
      case .ended where isDone:
        give(.finished(usage ?? TokenUsage(promptTokens: 0, completionTokens: tokens)))
      case .ended: give(.broken("its stream ended before [DONE]"))
      case .refused: give(.broken("it does not listen"))
      case .broken(let reason): give(.broken(reason))
      }
    }

    private func fail(_ reason: String) {
      hasFailed = true
      give(.failed(reason))
    }

    private func read(_ bytes: ByteBuffer) {
      guard status == 200 else { return problem += bytes.readableBytesView }
      do {
        try bytes.withUnsafeReadableBytes { raw in
          try parser.feed(raw) { data, _ in read(data) }
        }
      } catch {
        fail("\(error)")
      }
    }

    private func read(_ event: UnsafeRawBufferPointer) {
      guard !hasFailed else { return }
      if event.elementsEqual("[DONE]".utf8) {
        isDone = true
        return
      }
      do {
        let chunk = try ChatCompletionChunk(event)
        if let error = chunk.error { return fail(error) }
        if let usage = chunk.usage { self.usage = usage }
        guard !chunk.content.isEmpty else { return }
        tokens += 1
        give(.text(chunk.content))
      } catch {
        fail("\(error)")
      }
    }
  }
}
