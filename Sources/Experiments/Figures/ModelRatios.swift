/// TPOT and cost of the models that two systems were both asked for, as ratios.
public struct ModelRatios: Hashable, Sendable {
  /// The ratios of one model: the number of the compared system, which is HydraServe in the paper, / Serverless vLLM's.
  public struct Model: Hashable, Sendable {
    /// The model instance name, `vendor/name/k`.
    public let name: String
    /// The application; `nil` where the results do not say.
    public let application: String?
    /// The ratio of the mean times per output token; `nil` where a system has none.
    public let tpot: Double?
    /// The ratio of the costs per request; `nil` where a system has none.
    public let cost: Double?
  }

  /// The seed of the compared system's run.
  public let seed: UInt64
  /// The seed of Serverless vLLM's run: the same, unless no seed is in the results of both.
  public let baselineSeed: UInt64
  /// The models, in the order of the paper's bars: by application, then by the model's identifier as a text (so 13b
  /// comes before 7b), then by instance number.
  public let models: [Model]
  /// Names of models that only the compared system was asked for, sorted.
  public let onlyInCompared: [String]
  /// Names of models that only Serverless vLLM was asked for, sorted.
  public let onlyInBaseline: [String]

  /// The ratios of two runs.
  ///
  /// Models are matched by name: the published script matches them by their places in two lists, which compares
  /// different models as soon as one is missing. Costs are those of the published analysis, from which the paper's come.
  public init(_ compared: EndToEndSummary, baseline: EndToEndSummary) {
    seed = compared.seed
    baselineSeed = baseline.seed
    let ours = compared.models.filter { $0.sent > 0 }
    let theirs = baseline.models.filter { $0.sent > 0 }
    let byName = Dictionary(theirs.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let ourNames = Set(ours.map(\.name))
    models = ours.compactMap { model -> Model? in
      guard let other = byName[model.name] else { return nil }
      return Model(
        name: model.name, application: model.application ?? other.application,
        tpot: Self.ratio(model.meanTPOT, other.meanTPOT),
        cost: Self.ratio(model.publishedCostPerRequest, other.publishedCostPerRequest))
    }.sorted { Place($0) < Place($1) }
    onlyInCompared = ours.map(\.name).filter { byName[$0] == nil }.sorted()
    onlyInBaseline = theirs.map(\.name).filter { !ourNames.contains($0) }.sorted()
  }

  private static func ratio(_ number: Double?, _ other: Double?) -> Double? {
    guard let number, let other, other > 0 else { return nil }
    return number / other
  }

  /// The runs of two systems seed by seed: those of the same seed together; where no seed is in both, the first with the
  /// first and so on.
  static func paired(_ compared: [EndToEndSummary], baseline: [EndToEndSummary]) -> [ModelRatios] {
    let pairs = compared.compactMap { ours in
      baseline.first { $0.seed == ours.seed }.map { (ours, $0) }
    }
    return (pairs.isEmpty ? Array(zip(compared, baseline)) : pairs).map {
      ModelRatios($0, baseline: $1)
    }
  }

  /// The place of a model in the figure; one without an application comes last.
  private struct Place: Comparable {
    let application: Int
    let applicationName: String
    let identifier: String
    let instance: Int
    let name: String

    init(_ model: Model) {
      let known = Figure11.applications
      application =
        model.application.map { known.firstIndex(of: $0) ?? known.count } ?? known.count + 1
      applicationName = model.application ?? ""
      let slash = model.name.lastIndex(of: "/")
      identifier = slash.map { String(model.name[..<$0]) } ?? model.name
      instance = slash.flatMap { Int(model.name[model.name.index(after: $0)...]) } ?? 0
      name = model.name
    }

    static func < (a: Place, b: Place) -> Bool {
      (a.application, a.applicationName, a.identifier, a.instance, a.name)
        < (b.application, b.applicationName, b.identifier, b.instance, b.name)
    }
  }
}
