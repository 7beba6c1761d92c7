import ClusterSimulation
import Experiments
import LoadGeneration
import Quantities
import Scheduling
import ServingModel
import WireProtocols

/// A load sent to a running server, with what the server decided meanwhile.
struct LiveRun {
  /// How long a run may go on.
  struct Limits {
    /// When what is still open is given up, by the clock of the load; `nil` waits for every answer.
    var deadline: Duration?
    /// How long a client waits for its answer; `nil` waits for ever.
    var patience: Duration?
    /// How long the server is watched, at most, until its last pod is gone.
    var settling = Duration.zero
  }

  /// What happened, in the time of the server's clock; requests have the numbers of the load everywhere.
  let log: RunLog
  /// What the load generator says about itself.
  let warnings: [String]
  /// How many requests failed, in groups.
  let errors: [LoadReport.ErrorGroup]

  /// How long to wait, in real time, before the server is asked again.
  private static let pause = Duration.milliseconds(50)

  /// Sends a load to a server and waits for its end.
  ///
  /// - Parameters:
  ///   - source: who sends what, in the time of the server's clock.
  ///   - deployment: what the server serves.
  /// - Throws: ``LiveError`` when the server does not answer or the run was interrupted, ``LoadError`` when the load
  ///   cannot be sent.
  static func run(
    _ source: inout some LoadSource, on server: ServerRecord, files: ServerFiles, deployment: ServingDeployment,
    limits: Limits = Limits(), report: (LoadProgress) -> Void
  ) async throws -> LiveRun {
    var options = LoadOptions()
    options.timeScale = server.timeScale
    options.deadline = limits.deadline.map { $0 / server.timeScale }
    options.requestTimeout = limits.patience.map { $0 / server.timeScale }
    options.isInterrupted = { Interruption.happened }
    Interruption.watch()
    let target = LoadTarget(
      url: server.url, models: deployment.deployments.map(\.name.description),
      apiKey: try EndpointOptions.key(in: server.apiKeyFile))
    let generator = try LoadGenerator(target: target, options: options)
    let earlier = try FileStore.read(files.events).utf8.count
    let offset = try HTTPProbe.health(of: server).time
    let load = try generator.run(&source, report: report)
    let end = try await settled(server, limits.settling)
    guard !Interruption.happened else { throw LiveError.interrupted }
    let text = try FileStore.read(files.events).utf8.dropFirst(earlier)
    let whole = text[..<(text.lastIndex(of: UInt8(ascii: "\n")) ?? text.startIndex)]
    let events = try EventLog.events(in: Substring(whole), path: files.events, deployment: deployment)
    let log = RunLog(of: load, startedAt: offset, events: events, end: end, keepAlive: deployment.ownKeepAlive)
    return LiveRun(log: log, warnings: load.warnings, errors: load.errors)
  }

  /// Waits until no pod of a server is left, or for so long by its clock.
  ///
  /// - Returns: the time then.
  private static func settled(_ server: ServerRecord, _ span: Duration) async throws -> Timestamp {
    var health = try HTTPProbe.health(of: server)
    let limit = health.time + span
    while health.pods > 0, health.time < limit, !Interruption.happened {
      try await Task.sleep(for: pause)
      health = try HTTPProbe.health(of: server)
    }
    return health.time
  }
}

extension RunLog {
  /// The log of a load and of what a server decided during it.
  ///
  /// - Parameters:
  ///   - startedAt: when the load began, by the server's clock.
  ///   - events: the server's, in which requests have its own numbers.
  ///   - keepAlive: how long an idle instance stays where a system that schedules itself has told of no decisions.
  fileprivate init(
    of load: LoadReport, startedAt: Timestamp, events: [RunEvent], end: Timestamp, keepAlive: Duration?
  ) {
    self.init()
    var ofServer: [RequestID: RequestID] = [:]
    for measurement in load.measurements {
      guard let number = measurement.answerID.flatMap(ChatCompletionStream.request) else { continue }
      ofServer[number] = measurement.request.id
    }
    self.events = events.compactMap { event in
      guard
        case .decision(.requestAllocated(let number, let instance, let waited, let size, let running), let now) = event
      else { return event }
      return ofServer[number].map {
        .decision(
          .requestAllocated($0, to: instance, waited: waited, pipelineSize: size, runningBefore: running), at: now)
      }
    }
    let records = load.records.map { $0.moved(by: startedAt) }.sorted {
      ($0.sentAt, $0.request.id) < ($1.sentAt, $1.request.id)
    }
    if let keepAlive, events.isEmpty {
      requests = records.markedColdStarts(keepAlive: keepAlive)
    } else {
      requests = marked(records)
    }
    for measurement in load.measurements {
      for (earlier, later) in zip(measurement.chunkTimes, measurement.chunkTimes.dropFirst()) {
        let gap = Double(later.nanoseconds - earlier.nanoseconds) * load.timeScale
        tokenGaps.add(nanoseconds: Int64(gap.rounded()))
      }
      deliveredTokens += measurement.outputTokens
    }
    self.end = end
  }

  /// Marks the requests that met an instance which could not serve yet when they were sent.
  private func marked(_ records: [RequestRecord]) -> [RequestRecord] {
    var readyAt: [InstanceID: Timestamp] = [:]
    var instanceOf: [RequestID: InstanceID] = [:]
    for case .decision(let decision, let now) in events {
      switch decision {
      case .instanceReady(let instance, _, _): readyAt[instance] = now
      case .requestAllocated(let request, let instance, _, _, _): instanceOf[request] = instance
      default: break
      }
    }
    return records.map { record in
      var record = record
      if let instance = instanceOf[record.request.id], let ready = readyAt[instance] {
        record.metColdStart = ready > record.sentAt
      }
      return record
    }
  }
}

extension RequestRecord {
  /// The record by a clock that showed `start` when this one's began.
  fileprivate func moved(by start: Timestamp) -> RequestRecord {
    func moved(_ time: Timestamp) -> Timestamp { start + (time - .zero) }
    var record = RequestRecord(request: request, sentAt: moved(sentAt))
    record.firstTokenAt = firstTokenAt.map(moved)
    record.finishedAt = finishedAt.map(moved)
    record.outcome = outcome
    return record
  }
}
