import ClusterSimulation
import Quantities
import Scheduling
import ServingModel
import YAMLReading

/// Testbeds and backends: which servers there are, and which of them are used.
extension ConfigurationBuilder {
  /// A backend of the configuration.
  func backend(
    _ name: String, _ entry: BackendEntry, in file: ConfigurationFile, hardware: HardwareModel
  ) throws -> Configuration.Backend {
    let path: [YAMLPath.Step] = [.key("backends"), .key(name)]
    guard let testbed = file.testbeds[entry.testbed] else {
      throw refusal(
        at: path + [.key("testbed")],
        UsageError.unknown("testbed", entry.testbed, allowed: file.testbeds.map(\.key).sorted()).description)
    }
    try checkServerNames(of: entry.testbed, testbed)
    let servers = try gpuServers(of: entry.testbed, testbed, in: file)
    guard !entry.uses.isEmpty else {
      throw refusal(at: path + [.key("uses")], "it names no type of GPU server; name at least one.")
    }
    for (index, type) in entry.uses.enumerated() where !servers.contains(where: { $0.type.name == type }) {
      throw refusal(at: path + [.key("uses"), .index(index)], "testbed `\(entry.testbed)` has no server of that type.")
    }
    for (index, model) in entry.evictingModels.enumerated() where file.models[model] == nil {
      throw refusal(
        at: path + [.key("evicting_models"), .index(index)],
        UsageError.unknown("model", model, allowed: file.models.map(\.key).sorted()).description)
    }
    let used = servers.filter { entry.uses.contains($0.type.name) }
    if let unknown = used.first(where: { hardware.gpus[$0.type.gpuType] == nil }) {
      throw refusal(
        at: [.key("instance_types"), .key(unknown.type.name), .key("gpu")],
        "backend `\(name)` uses it and `hardware.gpus` has no constants for `\(unknown.type.gpuType)`.")
    }
    let idle = servers.filter { !entry.uses.contains($0.type.name) }
    let storage = idle.map { StorageServer(name: $0.name, network: $0.type.network) }
    return Configuration.Backend(
      name: name, nodes: used, storage: storage + (try storageServers(of: entry.testbed, testbed, in: file)),
      labelledNodes: servers.map(\.name),
      storagePreference: entry.storagePreference == .largestFirst ? .largestFirst : .smallestSufficient,
      serverlessLLMPool: .gibibytes(entry.serverlessLLMPool.value), evictingModels: entry.evictingModels)
  }

  /// A testbed of the configuration.
  func testbed(_ name: String, _ entry: TestbedEntry, in file: ConfigurationFile) throws -> Configuration.Testbed {
    try checkServerNames(of: name, entry)
    let types = entry.storageServers.flatMap { servers in Array(repeating: servers.type, count: servers.count.value) }
    return Configuration.Testbed(
      gpuServers: try gpuServers(of: name, entry, in: file),
      storageServers: zip(try storageServers(of: name, entry, in: file), types).map { .init(server: $0, type: $1) })
  }

  /// Refuses two groups of servers of the same name, whose servers could not be told apart.
  private func checkServerNames(of name: String, _ testbed: TestbedEntry) throws {
    var seen: Set<String> = []
    for (section, groups) in [("gpu_servers", testbed.gpuServers), ("storage_servers", testbed.storageServers)] {
      for (index, group) in groups.enumerated() where !seen.insert(group.name).inserted {
        throw refusal(
          at: [.key("testbeds"), .key(name), .key(section), .index(index), .key("name")],
          "other servers of the testbed are called `\(group.name)`, too; choose another name.")
      }
    }
  }

  private func gpuServers(
    of name: String, _ testbed: TestbedEntry, in file: ConfigurationFile
  ) throws -> [GPUServer] {
    try testbed.gpuServers.enumerated().flatMap { index, servers in
      guard let type = file.instanceTypes[servers.type] else {
        throw refusal(
          at: [.key("testbeds"), .key(name), .key("gpu_servers"), .index(index), .key("type")],
          UsageError.unknown("instance type", servers.type, allowed: file.instanceTypes.map(\.key).sorted())
            .description)
      }
      guard type.gpus.value * servers.count.value <= Self.maxGPUs else {
        throw refusal(
          at: [.key("testbeds"), .key(name), .key("gpu_servers"), .index(index), .key("count")],
          "these servers have more than \(Self.maxGPUs) GPUs together.")
      }
      let instanceType = instanceType(servers.type, type)
      return (0..<servers.count.value).map { GPUServer(name: "\(servers.name)-\($0)", type: instanceType) }
    }
  }

  /// An instance type of the configuration.
  func instanceType(_ name: String, _ entry: InstanceTypeEntry) -> InstanceType {
    InstanceType(
      name: name, gpuType: GPUType(entry.gpu), gpuCount: entry.gpus.value, gpuMemoryGB: entry.gpuMemoryGB.value,
      network: .gbps(entry.networkGbps.value), hostMemoryGB: entry.memoryGB.value, virtualCPUs: entry.vcpus.value)
  }

  private func storageServers(
    of name: String, _ testbed: TestbedEntry, in file: ConfigurationFile
  ) throws -> [StorageServer] {
    try testbed.storageServers.enumerated().flatMap { index, servers in
      guard let type = file.storageTypes[servers.type] else {
        throw refusal(
          at: [.key("testbeds"), .key(name), .key("storage_servers"), .index(index), .key("type")],
          UsageError.unknown("storage type", servers.type, allowed: file.storageTypes.map(\.key).sorted())
            .description)
      }
      return (0..<servers.count.value).map {
        StorageServer(name: "\(servers.name)-\($0)", network: .gbps(type.networkGbps.value))
      }
    }
  }

  /// Servers of one group have at most so many GPUs; more is a slip, and would only show as memory running out.
  private static let maxGPUs = 10_000
}
