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
