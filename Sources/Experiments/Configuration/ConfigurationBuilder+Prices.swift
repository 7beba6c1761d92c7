import YAMLReading

/// What servers cost, as a configuration file has it; there are no prices built in.
struct PricesSection: Decodable {
  var unit: String
  var source: String
  var perHour: [String: Positive]

  enum CodingKeys: String, CodingKey {
    case unit, source
    case perHour = "per_hour"
  }
}

extension ConfigurationBuilder {
  /// The prices of the configuration; each must be of a type that there is.
  func prices(_ file: ConfigurationFile) throws -> Configuration.Prices? {
    guard let section = file.prices else { return nil }
    let types = Set(file.instanceTypes.keys).union(file.storageTypes.keys).sorted()
    for name in section.perHour.keys.sorted() where !types.contains(name) {
      throw refusal(
        at: [.key("prices"), .key("per_hour"), .key(name)],
        UsageError.unknown("type of server", name, allowed: types).description)
    }
    return Configuration.Prices(
      unit: section.unit, source: section.source, perHour: section.perHour.mapValues(\.value))
  }
}
