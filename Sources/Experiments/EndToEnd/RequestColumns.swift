import Quantities
import ResultAnalysis
import ServingModel

/// `requests.json` of a precomputed end-to-end result: the requests of one seed in columns of whole numbers.
///
/// It has all that the analysis needs: read back and analysed anew, it gives the summary of its seed.
struct RequestColumns: Codable, Hashable {
  /// A request that did not complete.
  struct Exception: Codable, Hashable {
    let id: Int
    let outcome: String
    let reason: String?
  }

  /// What a model's workers held, in GB·s, which the requests alone do not tell.
  struct Cost: Codable, Hashable {
    var deployment: [Int] = []
    var gpuMemoryTime: [Double] = []
    var publishedPerRequest: [Double?] = []

    enum CodingKeys: String, CodingKey {
      case deployment
      case gpuMemoryTime = "gpu_memory_time_gb_s"
      case publishedPerRequest = "published_cost_per_request_gb_s"
    }
  }

  var schemaVersion = 1
  let seed: UInt64
  /// Time since the request before, or since the start of the run.
  private(set) var sent: [Int64] = []
  /// The position in the order of the model set.
  private(set) var deployment: [Int] = []
  private(set) var promptTokens: [Int] = []
  private(set) var outputTokens: [Int] = []
  /// TTFT; −1 without a token.
  private(set) var ttft: [Int64] = []
  /// From sending to the end; −1 without one.
  private(set) var endToEnd: [Int64] = []
  /// The numbers of the requests that met a cold start.
  private(set) var coldStart: [Int] = []
  private(set) var notCompleted: [Exception] = []
  private(set) var cost = Cost()

  enum CodingKeys: String, CodingKey {
    case seed, deployment, cost
    case schemaVersion = "schema_version"
    case sent = "sent_delta_ns"
    case promptTokens = "prompt_tokens"
    case outputTokens = "output_tokens"
    case ttft = "ttft_ns"
    case endToEnd = "e2e_ns"
    case coldStart = "cold_start_ids"
    case notCompleted = "not_completed"
  }

  /// The columns of a run's requests, which are numbered from 1 in the order in which they were sent.
  init(_ records: [RequestRecord], seed: UInt64) {
    self.seed = seed
    var last = Timestamp.zero
    for (index, record) in records.enumerated() {
      precondition(record.request.id == index + 1, "requests are numbered as they were sent")
      sent.append((record.sentAt - last).inWholeNanoseconds)
      last = record.sentAt
      deployment.append(record.request.deployment)
      promptTokens.append(record.request.promptTokens)
      outputTokens.append(record.request.outputTokens)
      ttft.append(record.timeToFirstToken?.inWholeNanoseconds ?? -1)
      endToEnd.append(record.finishedAt.map { ($0 - record.sentAt).inWholeNanoseconds } ?? -1)
      if record.metColdStart { coldStart.append(record.request.id) }
      let (outcome, reason) = record.outcome.words
      if record.outcome != .completed {
        notCompleted.append(Exception(id: record.request.id, outcome: outcome, reason: reason))
      }
    }
  }

  /// Adds the costs of the deployments that have one.
  mutating func add(gpuMemoryTime: [Double], publishedPerRequest: [Double?]) {
    for (index, (held, published)) in zip(gpuMemoryTime, publishedPerRequest).enumerated()
    where held != 0 || published != nil {
      cost.deployment.append(index)
      cost.gpuMemoryTime.append(held)
      cost.publishedPerRequest.append(published)
    }
  }

  /// The requests again; `nil` when the columns do not fit each other.
  var records: [RequestRecord]? {
    let count = sent.count
    let isNumber = { (id: Int) in id >= 1 && id <= count }
    guard [deployment, promptTokens, outputTokens].allSatisfy({ $0.count == count }), ttft.count == count,
      endToEnd.count == count, coldStart.allSatisfy(isNumber), notCompleted.allSatisfy({ isNumber($0.id) })
    else { return nil }
    var records: [RequestRecord] = []
    var last = Timestamp.zero
    for index in 0..<count {
      last = Timestamp(nanoseconds: last.nanoseconds + sent[index])
      let request = Request(
        id: index + 1, deployment: deployment[index], promptTokens: promptTokens[index],
        outputTokens: outputTokens[index])
      var record = RequestRecord(request: request, sentAt: last)
      record.outcome = .completed
      record.firstTokenAt = ttft[index] < 0 ? nil : Timestamp(nanoseconds: last.nanoseconds + ttft[index])
      record.finishedAt = endToEnd[index] < 0 ? nil : Timestamp(nanoseconds: last.nanoseconds + endToEnd[index])
      records.append(record)
    }
    for id in coldStart { records[id - 1].metColdStart = true }
    for exception in notCompleted {
      guard let outcome = RequestOutcome(exception.outcome, reason: exception.reason) else { return nil }
      records[exception.id - 1].outcome = outcome
    }
    return records
  }

  /// The summary of the seed, analysed anew; `nil` when the columns do not fit each other or the deployments.
  func summary(deployments: [ModelDeployment]) -> EndToEndSummary? {
    guard let records, records.allSatisfy({ deployments.indices.contains($0.request.deployment) }),
      cost.deployment.count == cost.gpuMemoryTime.count, cost.deployment.count == cost.publishedPerRequest.count,
      cost.deployment.allSatisfy(deployments.indices.contains)
    else { return nil }
    var costs = Array(repeating: 0.0, count: deployments.count)
    var published: [ModelInstanceName: Double] = [:]
    for (row, deployment) in cost.deployment.enumerated() {
      costs[deployment] = cost.gpuMemoryTime[row]
      published[deployments[deployment].name] = cost.publishedPerRequest[row]
    }
    let analysis = RunSummary(records: records, deployments: deployments, gpuMemoryTime: costs)
    return EndToEndSummary(analysis, publishedCost: published, seed: seed)
  }
}

extension RequestOutcome {
  /// The outcome that a file's words name; `nil` for other words.
  fileprivate init?(_ word: String, reason: String?) {
    switch (word, reason) {
    case ("failed", let reason?): self = .failed(reason)
    case ("cancelled", nil): self = .cancelled
    case ("unfinished", nil): self = .unfinished
    default: return nil
    }
  }
}

extension RecordStore {
  /// The first seed of a precomputed end-to-end result, analysed anew from its requests.
  ///
  /// - Parameter deployments: what was deployed.
  /// - Returns: `nil` when there is no such result.
  /// - Throws: ``ExperimentError`` for a file that is not what the toolkit writes.
  public func reanalysed(_ setting: EndToEndSetting, deployments: [ModelDeployment]) throws -> EndToEndSummary? {
    let path = "\(path(of: setting, on: .precomputed))/requests.json"
    guard FileStore.exists(path) else { return nil }
    let expected = "the requests of an end-to-end run in columns"
    let columns = try JSONText.read(RequestColumns.self, from: path, expected: expected)
    guard let summary = columns.summary(deployments: deployments) else {
      throw ExperimentError.malformed(path: path, line: 1, expected: expected)
    }
    return summary
  }
}
