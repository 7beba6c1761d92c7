import Quantities
import ServingModel

/// A line of `requests.jsonl`.
struct RequestLine {
  private let record: RequestRecord
  private let model: String
  /// The application of the model, where the workload has applications.
  var application: String?
  /// What the request of a cold-start run was for.
  var step: ColdStartStep?
  /// The seed of an end-to-end run.
  var seed: UInt64?

  init(_ record: RequestRecord, model: String) {
    self.record = record
    self.model = model
  }

  /// Adds the line, its keys sorted.
  func append(to lines: inout JSONLines) {
    let (outcome, reason) = record.outcome.words
    lines.begin()
    lines.add("app", application)
    lines.add("cold_start", record.metColdStart)
    lines.add("finished_s", record.finishedAt?.inSeconds)
    lines.add("first_token_s", record.firstTokenAt?.inSeconds)
    lines.add("id", record.request.id)
    lines.add("model", model)
    lines.add("outcome", outcome)
    lines.add("output_tokens", record.request.outputTokens)
    lines.add("prompt_tokens", record.request.promptTokens)
    lines.add("reason", reason)
    lines.add("seed", seed)
    lines.add("sent_s", record.sentAt.inSeconds)
    lines.add("step", step.map(Self.word))
    lines.add("tpot_ms", record.timePerOutputToken?.inMilliseconds)
    lines.add("ttft_s", record.timeToFirstToken?.inSeconds)
    lines.end()
  }

  private static func word(for step: ColdStartStep) -> String {
    switch step {
    case .initialise: "initialise"
    case .warmHostMemory: "warm_host_memory"
    case .evict: "evict"
    case .measure(let number): "measure_\(number)"
    }
  }
}

extension RequestOutcome {
  /// The outcome as files have it, and the reason of a failure.
  var words: (outcome: String, reason: String?) {
    switch self {
    case .completed: ("completed", nil)
    case .failed(let why): ("failed", why)
    case .cancelled: ("cancelled", nil)
    case .unfinished: ("unfinished", nil)
    }
  }
}
