import ClusterSimulation
import NIOCore
import Quantities
import ServingModel
import WireProtocols

/// An inference engine without a GPU: it starts, loads, generates and migrates in the time that the simulation gives
/// these, but with real bytes, connections and processes.
///
/// The first stage decides the steps; each step goes through all stages as a frame of activations, and every stage takes
/// its share of the step's time.
actor EmulatedWorker {
  let settings: EmulatedWorkerSettings
  let ring: ActivationRing
  private let startedAt: ContinuousClock.Instant
  private var loading: Task<Void, any Error>?
  private var serving: Task<Void, Never>?
  /// How many stages a step goes through; 1 after consolidation.
  private var stageCount: Int
  /// Who waits for a frame to come back from the last stage.
  private(set) var returned: [CheckedContinuation<ActivationFrame, any Error>] = []
  /// Whether a neighbour has gone.
  private var isBroken = false
  var engine = Engine()
  var answers: [RequestID: Answer] = [:]
  var nextRequest = 1
  /// The stages of the cold start that have ended.
  private var stages: [WorkerStages.Stage] = []
  /// Whether the worker has been initialised.
  private(set) var isReady = false
  private var isStepping = false
  private let stepTimes: StepTimes
  /// When the latest step was to end. The next counts from there, so that waking late does not add up.
  private var stepDueAt: ContinuousClock.Instant?

  /// How late a step may end and still have the next ones make up for it.
  private static let mostCatchingUp = Duration.milliseconds(20)

  init(settings: EmulatedWorkerSettings, ring: ActivationRing, startedAt: ContinuousClock.Instant) {
    self.settings = settings
    self.ring = ring
    self.startedAt = startedAt
    stageCount = settings.pod.pipelineSize
    stepTimes = StepTimes(of: settings.constants)
  }

  /// Starts, and loads the weights.
  func begin() {
    loading = Task {
      try await Task.sleep(until: startedAt + settings.real(settings.constants.workerStart), clock: .continuous)
      noteStart()
      note(try await WeightLoader(settings: settings).load(isRest: false))
      let loaded = ContinuousClock.now
      try await Task.sleep(for: settings.real(settings.constants.engineInitialisation))
      note(.engine, from: loaded)
      guard settings.procedure.runsProfile else { return }
      let initialised = ContinuousClock.now
      try await Task.sleep(for: settings.real(settings.constants.engineProfile))
      note(.profile, from: initialised)
    }
    serving = Task { await receive() }
  }

  /// Waits until the weights are there and the stages know each other; the first stage, until all are ready.
  ///
  /// - Returns: what the cold start was made of.
  func initialise(_ body: WorkerInitialisation) async throws -> WorkerStages {
    guard body.addresses.count == settings.pod.pipelineSize else {
      throw WireError.wrongMember(
        name: "ip_list", expected: "a list of \(settings.pod.pipelineSize) addresses", found: "\(body.addresses.count)")
    }
    if stageCount > 1 {
      let next = body.addresses[(settings.pod.rank + 1) % stageCount].split(separator: ":")
      let port = next.count > 1 ? Int(next[1]) ?? settings.port : settings.port
      try await ring.connect(host: String(next[0]), port: port + 1, patience: .seconds(60))
    }
    guard let loading else { preconditionFailure("a worker begins to load before it can be asked for anything") }
    try await loading.value
    if stageCount > 1, settings.pod.rank == 0 {
      _ = try await send(ActivationFrame(kind: .ready, amount: 0, payload: []))
      let connected = ContinuousClock.now
      try await Task.sleep(for: settings.real(settings.hardware.pipelineSetup))
      note(.pipeline, from: connected)
    }
    isReady = true
    return WorkerStages(stages)
  }

  /// Whether clients may be answered here: the first stage answers for all, any other once it serves alone.
  var answersClients: Bool { settings.pod.rank == 0 || stageCount == 1 }

  /// Loads the rest of the model.
  ///
  /// - Returns: when it did.
  func loadRest() async throws -> WorkerStages {
    let times = try await WeightLoader(settings: settings).load(isRest: true)
    return WorkerStages([stage(.rest, from: times.askedAt, to: times.loadEnd)])
  }

  /// Brings the KV caches of all stages here and serves alone from then on.
  ///
  /// - Returns: how many bytes came.
  func migrate() async throws -> Int {
    guard stageCount > 1, settings.pod.rank == 0 else { return 0 }
    let tokens = engine.running.reduce(0) { $0 + (answers[$1.request]?.tokens ?? 0) }
    let caches = ActivationFrame(
      kind: .keysAndValues, amount: UInt64(tokens * settings.keyValueBytesPerToken), payload: [])
    let begin = ContinuousClock.now
    let frame = try await send(caches)
    stageCount = 1
    while !returned.isEmpty { try await Task.sleep(for: .milliseconds(1)) }  // a step that was on its way
    try await Task.sleep(until: begin + settings.real(settings.hardware.kvMigration), clock: .continuous)
    return frame.payload.count
  }

  /// Ends the old stage: this worker is a pipeline of its own from then on.
  func stopOldStage() async throws {
    stageCount = 1
    try await Task.sleep(for: settings.real(settings.hardware.oldStageStop))
  }

  // MARK: Stages of the cold start

  private func stage(
    _ stage: ColdStartStage, from start: ContinuousClock.Instant, to end: ContinuousClock.Instant
  ) -> WorkerStages.Stage {
    WorkerStages.Stage(
      stage, from: (start - startedAt) * settings.timeScale, to: (end - startedAt) * settings.timeScale)
  }

  private func note(_ name: ColdStartStage, from start: ContinuousClock.Instant) {
    stages.append(stage(name, from: start, to: .now))
  }

  /// The start of the worker is one sleep, divided as in the simulation.
  private func noteStart() {
    let (now, split) = (ContinuousClock.now, settings.hardware.startSplit)
    let container = startedAt + (now - startedAt) * split.container
    let runtime = startedAt + (now - startedAt) * (split.container + split.runtime)
    stages += [
      stage(.container, from: startedAt, to: container), stage(.runtime, from: container, to: runtime),
      stage(.cudaContext, from: runtime, to: now),
    ]
  }

  /// An agent that fetches ahead does so from the order to create the pod on.
  private func note(_ times: WeightLoader.Times) {
    let fetchStart = settings.procedure.fetchesBeforeStart ? startedAt : times.askedAt
    stages += [
      stage(.fetch, from: fetchStart, to: times.fetchEnd), stage(.load, from: times.loadStart, to: times.loadEnd),
    ]
  }

  // MARK: Steps

  /// Begins to work on a request.
  func add(_ request: Request) {
    engine.waiting.append(request)
    guard !isStepping else { return }
    isStepping = true
    Task { await step() }
  }

  /// Steps until there is nothing to do.
  private func step() async {
    while let step = engine.nextStep() {
      engine.step = step
      do {
        try await takeTime(of: step)
      } catch {
        failAll("\(error)")
        break
      }
      switch step {
      case .prefill:
        if case .firstToken(let request, let isComplete) = engine.finishPrefill(at: 0) {
          giveToken(to: request)
          if isComplete { complete(request) }
        }
      case .decode:
        let running = engine.running.map(\.request)
        let done = engine.finishDecode(at: 0)
        for request in running { giveToken(to: request) }
        for request in done { complete(request) }
      }
    }
    engine.step = nil
    isStepping = false
    stepDueAt = nil
  }

  /// Every stage takes its share of a step, one after the other.
  private func takeTime(of step: Engine.Step) async throws {
    let gigabytes = settings.modelBytes.inGigabytes
    let seconds: Double
    let tokens: Int
    switch step {
    case .prefill:
      tokens = engine.prefillTokens
      seconds = stepTimes.prefill(tokens: tokens, modelGB: gigabytes)
    case .decode:
      tokens = engine.running.count
      seconds = stepTimes.decode(modelGB: gigabytes) * (1 + settings.hardware.batchSlowdown * Double(tokens - 1))
    }
    let share = settings.real(.seconds(seconds / Double(stageCount)))
    let amount = share + settings.real(settings.hardware.pipelineHop)
    let now = ContinuousClock.now
    let begin = max(stepDueAt ?? now, now - Self.mostCatchingUp)
    stepDueAt = begin + share + amount * (stageCount - 1)
    try await Task.sleep(until: begin + share, tolerance: .zero, clock: .continuous)
    guard stageCount > 1 else { return }
    let payload = [UInt8](repeating: 0x5A, count: tokens * settings.activationBytesPerToken)
    _ = try await send(
      ActivationFrame(kind: .step, amount: UInt64(amount.inWholeNanoseconds), payload: payload))
  }

  /// Sends a frame around and waits until it has come back from the last stage.
  ///
  /// Whoever waits is entered before the frame leaves: it may be back before the sender has been told that it left.
  private func send(_ frame: ActivationFrame) async throws -> ActivationFrame {
    try await withCheckedThrowingContinuation { continuation in
      guard !isBroken else { return continuation.resume(throwing: Self.neighbourGone) }
      do {
        try ring.send(frame)
        returned.append(continuation)
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }

  private static let neighbourGone = PodError.systemRefused(
    what: "a step of the pipeline", reason: "another stage is gone")

  /// Takes the frames of the stage before: the first stage's own that have come back, or work for the others.
  private func receive() async {
    for await frame in ring.frames {
      if settings.pod.rank == 0 {
        if !returned.isEmpty { returned.removeFirst().resume(returning: frame) }
        continue
      }
      do {
        try await ring.pass(try await worked(frame))
      } catch {
        break  // the next stage is gone, and with it the pipeline
      }
    }
    isBroken = true
    ring.close()  // so that the stages before learn of it
    for continuation in returned { continuation.resume(throwing: Self.neighbourGone) }
    returned = []
  }

  /// Ends the worker.
  func stop() {
    loading?.cancel()
    ring.close()
    failAll("The worker stops.")
  }

  private func worked(_ frame: ActivationFrame) async throws -> ActivationFrame {
    switch frame.kind {
    case .step: try await Task.sleep(for: .nanoseconds(Int64(frame.amount)))
    case .ready: try await loading?.value
    case .keysAndValues:
      var frame = frame
      frame.payload += [UInt8](repeating: UInt8(settings.pod.rank), count: Int(frame.amount))
      return frame
    }
    return frame
  }
}
