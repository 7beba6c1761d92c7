import Experiments
import ServingModel

/// The servers of the paper's end-to-end experiment.
public enum PaperFleet {
  /// The type of its storage servers.
  public static let storageType = "ecs.gn7i-c32g1.16xlarge"

  /// The fleet: so many servers of each type that the end-to-end backend uses, with the storage of that experiment.
  ///
  /// - Throws: ``UsageError`` when a user's configuration has no such backend or storage type, or uses GPU servers that
  ///   two storage servers of that type cannot serve.
  public static func endToEnd(_ configuration: Configuration) throws -> ServerFleet {
    let setting = EndToEndSetting(system: .hydraServe, cv: 1, requestsPerSecond: 1)
    let nodes = try configuration.backend(setting.backend).nodes
    guard let storage = configuration.storageTypes.first(where: { $0.name == storageType }) else {
      throw UsageError.unknown("storage type", storageType, allowed: configuration.storageTypes.map(\.name))
    }
    let type = ServerFleet.StorageType(name: storage.name, network: storage.network)
    let types = nodes.map(\.type).reduce(into: [InstanceType]()) { types, type in
      if !types.contains(type) { types.append(type) }
    }
    if let fast = types.first(where: { !type.serves($0) }) {
      throw UsageError(
        "Two storage servers \(storageType) carry less than the network of \(fast.name); name a faster `network_gbps`.")
    }
    return ServerFleet(
      groups: types.map { type in ServerFleet.Group(type: type, count: nodes.count { $0.type == type }) },
      storageType: type)
  }
}
