import FoundationEssentials

/// Everything that a sweep runs and what it is made of, as text that a container or another machine can be given.
public struct SweepPlan: Codable, Hashable, Sendable {
  /// A setting with some of its seeds.
  public struct Work: Codable, Hashable, Sendable {
    /// The number of the configuration.
    public let variant: Int
    /// The setting.
    public let setting: SweepSetting
    /// The seeds, `21-28` or `21,23`; `nil` for cold starts.
    public let seeds: String?

    /// A setting with some seeds.
    public init(variant: Int, setting: SweepSetting, seeds: [UInt64]?) {
      self.variant = variant
      self.setting = setting
      self.seeds = seeds.map { SeedList.text($0) }
    }
  }

  /// The version of the toolkit that made the plan; another one would compute something else.
  public private(set) var version = Toolkit.version
  /// A user's configuration file.
  public let configuration: ConfigurationText?
  /// The configurations that are compared; at least one.
  public let variants: [ConfigurationVariant]
  /// The name of the rules.
  public let rules: String
  /// The seed that cold starts are filed under.
  public let coldStartSeed: UInt64
  /// The first seed of end-to-end settings.
  public let firstSeed: UInt64
  /// How many seeds an end-to-end setting has.
  public let seedCount: Int
  /// What is run.
  public let work: [Work]

  enum CodingKeys: String, CodingKey {
    case version, configuration, variants, rules, work
    case coldStartSeed = "cold_start_seed"
    case firstSeed = "first_seed"
    case seedCount = "seed_count"
  }

  /// A plan.
  public init(
    configuration: ConfigurationText?, variants: [ConfigurationVariant], rules: RulesName, coldStartSeed: UInt64,
    firstSeed: UInt64, seedCount: Int, work: [Work]
  ) {
    self.configuration = configuration
    self.variants = variants
    self.rules = rules.rawValue
    self.coldStartSeed = coldStartSeed
    self.firstSeed = firstSeed
    self.seedCount = seedCount
    self.work = work
  }

  /// A plan from its text.
  ///
  /// - Throws: ``UsageError`` for a text that is no plan, or one of another version.
  public init(text: String) throws {
    let plan: SweepPlan
    do {
      plan = try JSONDecoder().decode(SweepPlan.self, from: Data(text.utf8))
    } catch {
      throw UsageError("The plan is not one of this toolkit (\(error)).")
    }
    guard plan.version == Toolkit.version else {
      throw UsageError(
        "The plan is of version \(plan.version.prefix(20)) and this toolkit is \(Toolkit.version); use an image of that version."
      )
    }
    guard !plan.variants.isEmpty, plan.work.allSatisfy({ plan.variants.indices.contains($0.variant) }),
      RulesName(rawValue: plan.rules) != nil, (1...1000).contains(plan.seedCount),
      UInt64(plan.seedCount - 1) <= .max - plan.firstSeed
    else { throw UsageError("The plan names configurations, rules or seeds that it does not have.") }
    self = plan
  }

  /// The plan as one line of JSON, the same for the same plan.
  public func text() throws -> String {
    String(try JSONText.lines([self]).dropLast())
  }

  /// A short text that is the same for the same plan on the same image: the name by which a sweep is found again.
  public func fingerprint(image: String) throws -> String {
    var hash = StableHash()
    hash.add(try text())
    hash.add(image)
    return hash.hexadecimal
  }

  /// The folder in which results wait for the others of their setting.
  public func waitingFolder(image: String, results: String) throws -> String {
    StateFolder(results: results).path(of: "sweeps/\(try fingerprint(image: image))")
  }

  /// The same with other work.
  public func with(_ items: [SweepItem]) -> SweepPlan {
    var work: [Work] = []
    for item in items {
      if work.contains(where: { $0.variant == item.variant && $0.setting == item.setting }) { continue }
      let seeds = items.filter { $0.variant == item.variant && $0.setting == item.setting }.compactMap(\.seed)
      work.append(Work(variant: item.variant, setting: item.setting, seeds: seeds.isEmpty ? nil : seeds))
    }
    return SweepPlan(
      configuration: configuration, variants: variants, rules: RulesName(rawValue: rules) ?? .published,
      coldStartSeed: coldStartSeed, firstSeed: firstSeed, seedCount: seedCount, work: work)
  }

  // MARK: Items

  /// The items, those with the largest results first, otherwise in the order of the plan.
  public var items: [SweepItem] {
    let items = work.flatMap(Self.items)
    return items.enumerated().sorted { one, other in
      let sizes = (bytes(of: one.element), bytes(of: other.element))
      return sizes.0 == sizes.1 ? one.offset < other.offset : sizes.0 > sizes.1
    }.map(\.element)
  }

  /// The items of a setting, in the order of their seeds.
  static func items(of work: Work) -> [SweepItem] {
    guard let seeds = work.seeds else {
      return [SweepItem(variant: work.variant, setting: work.setting, seed: nil)]
    }
    return SeedList.seeds(seeds).map { SweepItem(variant: work.variant, setting: work.setting, seed: $0) }
  }

  /// The items of one share: every so many-th, so that large ones are spread evenly.
  ///
  /// - Precondition: `index` is from 0 and below `count`.
  public func share(_ index: Int, of count: Int) -> [SweepItem] {
    precondition(index >= 0 && index < count, "a share has a number below the number of shares")
    return items.enumerated().filter { $0.offset % count == index }.map(\.element)
  }

  /// About how many bytes the results of all items have.
  public var estimatedBytes: Int {
    items.reduce(0) { $0 + bytes(of: $1) }
  }

  private func bytes(of item: SweepItem) -> Int {
    item.estimatedBytes(isFirstSeed: item.seed == firstSeed)
  }
}

/// Numbers in a row, written short.
enum SeedList {
  /// `21-23,25` for 21, 22, 23 and 25.
  static func text(_ seeds: [UInt64]) -> String {
    var ranges: [(first: UInt64, last: UInt64)] = []
    for seed in seeds.sorted() {
      if let last = ranges.last, last.last < seed, last.last + 1 == seed {
        ranges[ranges.count - 1].last = seed
      } else {
        ranges.append((seed, seed))
      }
    }
    return ranges.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }.joined(separator: ",")
  }

  /// The numbers of such a text, at most a thousand of each range; what is none is passed over.
  static func seeds(_ text: String) -> [UInt64] {
    text.split(separator: ",").flatMap { part -> [UInt64] in
      let ends = part.split(separator: "-").compactMap { UInt64($0) }
      guard let first = ends.first, let last = ends.last, first <= last, last - first < 1000 else { return [] }
      return Array(first...last)
    }
  }
}
