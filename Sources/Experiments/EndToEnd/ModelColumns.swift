/// The models of several seeds in columns, which take a fifth of the room that objects take.
struct ModelColumns: Codable, Hashable {
  /// Instances of one model that serve one application, by replica.
  struct Group: Codable, Hashable {
    let model: String
    let application: String?
    var replicas: [Int]
  }

  /// One seed's numbers, a position each; a model is its position among all replicas of all groups.
  struct Seed: Codable, Hashable {
    let index: [Int]
    let sent: [Int]
    let meanTPOT: [Double?]
    let costPerRequest: [Double?]
    let publishedCostPerRequest: [Double?]

    enum CodingKeys: String, CodingKey {
      case index, sent
      case meanTPOT = "mean_tpot_ms"
      case costPerRequest = "cost_per_request_gb_s"
      case publishedCostPerRequest = "published_cost_per_request_gb_s"
    }
  }

  let groups: [Group]
  let seeds: [Seed]

  /// The models of summaries, which each name theirs in the order of one model set.
  init(_ summaries: [EndToEndSummary]) {
    var known: [Name: Set<Int>] = [:]
    var order: [Name] = []
    for summary in summaries {
      for model in summary.models {
        let (name, replica) = Self.split(model)
        if known[name] == nil { order.append(name) }
        known[name, default: []].insert(replica)
      }
    }
    let groups = order.map { name in
      Group(model: name.model, application: name.application, replicas: (known[name] ?? []).sorted())
    }
    var positions: [Name: [Int: Int]] = [:]
    var next = 0
    for (name, group) in zip(order, groups) {
      for replica in group.replicas {
        positions[name, default: [:]][replica] = next
        next += 1
      }
    }
    self.groups = groups
    seeds = summaries.map { summary in
      Seed(
        index: summary.models.map { model in
          let (name, replica) = Self.split(model)
          guard let position = positions[name]?[replica] else { preconditionFailure("every model has a position") }
          return position
        }, sent: summary.models.map(\.sent), meanTPOT: summary.models.map(\.meanTPOT),
        costPerRequest: summary.models.map(\.costPerRequest),
        publishedCostPerRequest: summary.models.map(\.publishedCostPerRequest))
    }
  }

  private struct Name: Hashable {
    let model: String
    let application: String?
  }

  /// A model instance name in its two parts.
  private static func split(_ model: EndToEndSummary.Model) -> (Name, replica: Int) {
    guard let slash = model.name.lastIndex(of: "/"), let replica = Int(model.name[model.name.index(after: slash)...])
    else { preconditionFailure("a model instance name ends in its replica") }
    return (Name(model: String(model.name[..<slash]), application: model.application), replica)
  }

  /// Summaries with the models that stand here; `nil` when the columns are not of these summaries.
  func filled(into summaries: [EndToEndSummary]) -> [EndToEndSummary]? {
    guard summaries.count == seeds.count else { return nil }
    let models = groups.flatMap { group in
      group.replicas.map { (name: "\(group.model)/\($0)", application: group.application) }
    }
    var filled: [EndToEndSummary] = []
    for (summary, seed) in zip(summaries, seeds) {
      let count = seed.index.count
      guard seed.sent.count == count, seed.meanTPOT.count == count, seed.costPerRequest.count == count,
        seed.publishedCostPerRequest.count == count,
        seed.index.allSatisfy(models.indices.contains)
      else { return nil }
      filled.append(
        summary.with(
          models: (0..<count).map { row in
            let model = models[seed.index[row]]
            return EndToEndSummary.Model(
              name: model.name, application: model.application, sent: seed.sent[row], meanTPOT: seed.meanTPOT[row],
              costPerRequest: seed.costPerRequest[row],
              publishedCostPerRequest: seed.publishedCostPerRequest[row])
          }))
    }
    return filled
  }
}
