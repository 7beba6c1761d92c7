import ClusterSimulation
import Experiments
import LoadGeneration
import Quantities
import Scheduling
import ServingModel
import WireProtocols

/// A load sent to a running server, with what the server wrote down meanwhile.
struct LiveRun {
  /// The requests as the client saw them, in the order in which they were sent, in the time of the server's clock.
  let records: [RequestRecord]
  /// What the server decided from the beginning of the load on, as the text of an `events.jsonl`.
  let events: LiveEvents
  /// What the load generator says about itself.
  let warnings: [String]
  /// How many requests failed, in groups.
  let errors: [LoadReport.ErrorGroup]

  /// Sends a load to a server and waits for its end.
  ///
  /// - Parameters:
  ///   - source: who sends what, in the time of the server's clock.
  ///   - settle: how long, by that clock, the server is watched afterwards.
  /// - Throws: ``LiveError`` when the server does not answer, ``LoadError`` when the load cannot be sent.
  static func run(
    _ source: inout some LoadSource, on server: ServerRecord, files: ServerFiles, models: [String],
    settle: Duration, report: (LoadProgress) -> Void
  ) async throws -> LiveRun {
    var options = LoadOptions()
    options.timeScale = server.timeScale
    options.isInterrupted = { Interruption.happened }
    Interruption.watch()
    let target = LoadTarget(
      url: server.url, models: models, apiKey: try LocalServerOptions.key(in: server.apiKeyFile))
    let generator = try LoadGenerator(target: target, options: options)
    let earlier = try LiveEvents(readingFrom: files.events).lines.count
    let offset = try HTTPProbe.time(of: server)
    let load = try generator.run(&source, report: report)
    try await Task.sleep(for: settle / server.timeScale)
    let events = try LiveEvents(readingFrom: files.events, skipping: earlier)
    let records = load.records.map { $0.moved(by: offset) }.sorted {
      ($0.sentAt, $0.request.id) < ($1.sentAt, $1.request.id)
    }
    return LiveRun(
      records: events.marking(records), events: events, warnings: load.warnings, errors: load.errors)
  }
}

extension RequestRecord {
  /// The record by a clock that shows so many nanoseconds more.
  fileprivate func moved(by nanoseconds: Int64) -> RequestRecord {
    func moved(_ time: Timestamp) -> Timestamp { Timestamp(nanoseconds: time.nanoseconds + nanoseconds) }
    var record = RequestRecord(request: request, sentAt: moved(sentAt))
    record.firstTokenAt = firstTokenAt.map(moved)
    record.finishedAt = finishedAt.map(moved)
    record.outcome = outcome
    return record
  }
}
