/// What a timeline takes from a line of `events.jsonl`.
struct TimelineEvent: Decodable {
  let event: String
  let time: Double
  let instance: Int?
  let model: String?
  let pipelineSize: Int?
  let nodes: [String]?
  let gpus: [Int]?
  let pods: [String]?
  let heldGB: [Int]?
  let request: Int?
  let stage: String?
  let rank: Int?
  let start: Double?
  let end: Double?

  enum CodingKeys: String, CodingKey {
    case event, instance, model, nodes, gpus, pods, request, stage, rank
    case time = "t_s"
    case pipelineSize = "pipeline_size"
    case heldGB = "held_gb"
    case start = "start_s"
    case end = "end_s"
  }
}

/// What a timeline takes from a line of `requests.jsonl`.
struct TimelineRequest: Decodable {
  let id: Int
  let model: String
  let sent: Double
  let firstToken: Double?
  let finished: Double?
  let coldStart: Bool
  let seed: UInt64?
  let step: String?

  enum CodingKeys: String, CodingKey {
    case id, model, seed, step
    case sent = "sent_s"
    case firstToken = "first_token_s"
    case finished = "finished_s"
    case coldStart = "cold_start"
  }
}
