import Quantities

/// A kind of GPU, by the name its constants are filed under (`a10`, `v100`).
public struct GPUType: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The name, lower case.
  public let name: String

  /// The kind of that name.
  public init(_ name: String) {
    self.name = name
  }

  /// Orders by name.
  public static func < (a: Self, b: Self) -> Bool {
    a.name < b.name
  }

  /// The name.
  public var description: String {
    name
  }
}

/// A type of virtual machine that carries GPUs, with the numbers of its data sheet.
public struct InstanceType: Hashable, Sendable {
  /// The provider's name of the type, for example `ecs.gn7i-c32g1.8xlarge`.
  public let name: String
  /// The kind of its GPUs.
  public let gpuType: GPUType
  /// How many GPUs it has.
  public let gpuCount: Int
  /// Schedulable memory of one GPU, in whole GB as the published scheduler counts them.
  public let gpuMemoryGB: Int
  /// The rate of its network interface.
  public let network: Bandwidth
  /// Host memory in GB.
  public let hostMemoryGB: Int
  /// Virtual CPUs.
  public let virtualCPUs: Int

  /// A type with the numbers of its data sheet.
  public init(
    name: String, gpuType: GPUType, gpuCount: Int, gpuMemoryGB: Int, network: Bandwidth, hostMemoryGB: Int,
    virtualCPUs: Int
  ) {
    self.name = name
    self.gpuType = gpuType
    self.gpuCount = gpuCount
    self.gpuMemoryGB = gpuMemoryGB
    self.network = network
    self.hostMemoryGB = hostMemoryGB
    self.virtualCPUs = virtualCPUs
  }
}
