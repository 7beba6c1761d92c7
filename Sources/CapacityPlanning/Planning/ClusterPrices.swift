import Experiments
import Quantities
import ServingModel

/// What an hour of a fleet costs: reserved servers, used or not.
public struct ClusterPrices: Hashable, Sendable {
  /// What prices are counted in.
  public let unit: String
  /// Where they come from.
  public let source: String
  /// The price of a storage server's hour; `nil` where it has none, and storage then costs nothing here.
  public let storagePerHour: Double?
  private let perHour: [String: Double]

  /// Prices of some types of server.
  public init(unit: String, source: String, perHour: [String: Double], storagePerHour: Double?) {
    self.unit = unit
    self.source = source
    self.perHour = perHour
    self.storagePerHour = storagePerHour
  }

  /// The user's prices for some types; without any, every GPU-hour counts as one, whatever the GPU.
  ///
  /// No price is built in: list prices change, and differ by region and contract.
  ///
  /// - Throws: ``UsageError`` when one of the types has no price and others have.
  public init(
    of types: [InstanceType], storageType: ServerFleet.StorageType, configuration: Configuration
  ) throws {
    guard let prices = configuration.prices else {
      self.init(
        unit: "GPU-hours", source: "every GPU counts alike; no prices were given",
        perHour: Dictionary(uniqueKeysWithValues: types.map { ($0.name, Double($0.gpuCount)) }), storagePerHour: nil)
      return
    }
    for type in types where prices.perHour[type.name] == nil {
      throw UsageError(
        "`prices.per_hour` has no price of \(type.name); add one in \(prices.unit), as for the others.")
    }
    self.init(
      unit: prices.unit, source: prices.source, perHour: prices.perHour,
      storagePerHour: prices.perHour[storageType.name])
  }

  /// The price of an hour of a server.
  ///
  /// - Precondition: the type has one.
  public func perHour(_ type: InstanceType) -> Double {
    guard let price = perHour[type.name] else { preconditionFailure("a price for every type") }
    return price
  }

  /// The price of an hour of a fleet, its storage servers included where they have a price.
  public func perHour(_ fleet: ServerFleet) -> Double {
    let servers = fleet.groups.reduce(0) { $0 + perHour($1.type) * Double($1.count) }
    guard let storagePerHour, fleet.serverCount > 0 else { return servers }
    return servers + storagePerHour * Double(fleet.storage.count)
  }
}
