import Quantities
import ServingModel

/// Which storage server, or which two, each GPU server fetches its models from, and how much host memory it caches
/// with.
///
/// - Source: the published storage start-up.
public struct StorageAssignment: Hashable, Sendable {
  /// Which of several storage servers with enough left is taken.
  public enum Preference: Hashable, Sendable {
    /// The one with the most left, as on the published cold-start testbed.
    case largestFirst
    /// The one with the least that still suffices.
    case smallestSufficient
  }

  /// A rate that a storage server sets aside for a GPU server.
  public struct Share: Hashable, Sendable {
    /// The position of the storage server in the list given.
    public let storageServer: Int
    /// The rate set aside.
    public let rate: Bandwidth
  }

  /// What one GPU server is given.
  public struct HostStore: Hashable, Sendable {
    /// Name of the GPU server.
    public let server: String
    /// One share, or two of half the rate each.
    public let shares: [Share]
    /// The host memory that its storage agent may use, in GB; negative where the server has too little.
    public let memoryLimitGB: Int
    /// The host memory that holds models, in GB; negative where the server has too little.
    public let storeSizeGB: Int
  }

  /// What each GPU server is given, in the order of the list given.
  public let hostStores: [HostStore]

  /// The most GPU servers that one storage server serves. Source: the published start-up's assertion.
  static let gpuServersPerStorageServer = 8

  /// Assigns storage servers to GPU servers, one after the other in the order given.
  ///
  /// - Throws: `StorageAssignmentError` when the storage servers do not suffice.
  public init(
    gpuServers: [GPUServer], storageServers: [StorageServer], preference: Preference
  ) throws(StorageAssignmentError) {
    guard gpuServers.count <= Self.gpuServersPerStorageServer * storageServers.count else {
      throw .tooManyGPUServers(gpuServers: gpuServers.count, storageServers: storageServers.count)
    }
    var remaining = storageServers.map(\.network.inGbps)
    var stores: [HostStore] = []
    for (index, server) in gpuServers.enumerated() {
      guard let shares = Self.shares(for: server.type.network.inGbps, from: remaining, preference) else {
        throw .noTwoStorageServers(server: server.name, index: index)
      }
      for share in shares {
        remaining[share.storageServer] -= share.rate.inGbps
      }
      let limit = Self.memoryLimitGB(of: server.type)
      stores.append(
        HostStore(
          server: server.name, shares: shares, memoryLimitGB: limit, storeSizeGB: limit - Self.agentOverheadGB))
    }
    hostStores = stores
  }

  /// One server with enough left, else the first two with half of it (in whole Gbps, rounded down) left.
  private static func shares(for gbps: Double, from remaining: [Double], _ preference: Preference) -> [Share]? {
    if let whole = preferred(gbps, remaining, preference) {
      return [Share(storageServer: whole, rate: .gbps(gbps))]
    }
    let half = (gbps / 2).rounded(.down)
    let two = remaining.indices.filter { remaining[$0] >= half }.prefix(2)
    return two.count == 2 ? two.map { Share(storageServer: $0, rate: .gbps(half)) } : nil
  }

  /// The preferred one of the servers with enough left, the first among equals.
  private static func preferred(_ gbps: Double, _ remaining: [Double], _ preference: Preference) -> Int? {
    var best: Int?
    for (index, left) in remaining.enumerated() where left >= gbps {
      guard let current = best else {
        best = index
        continue
      }
      let isBetter = preference == .largestFirst ? left > remaining[current] : left < remaining[current]
      if isBetter { best = index }
    }
    return best
  }

  /// Nine tenths of the host memory, less what the workers of all GPUs and the system need.
  public static func memoryLimitGB(of type: InstanceType) -> Int {
    Int(Double(type.hostMemoryGB) * 0.9)
      - (type.gpuMemoryGB + WorkerPodEnvironment.hostMemoryAboveGPUMemoryGB) * type.gpuCount - systemGB
  }

  /// Host memory left to the system, in GB. Source: the published start-up's constant.
  static let systemGB = 2
  /// Host memory that the storage agent itself needs, in GB. Source: the published start-up's constant.
  static let agentOverheadGB = 3
}

/// Why storage servers do not suffice.
public enum StorageAssignmentError: Error, Equatable {
  /// There are more than eight GPU servers per storage server.
  case tooManyGPUServers(gpuServers: Int, storageServers: Int)
  /// No storage server has the GPU server's rate left, nor have two of them half of it.
  case noTwoStorageServers(server: String, index: Int)
}

extension StorageAssignmentError: CustomStringConvertible {
  /// One sentence: what happened, to which server, and what to do next.
  public var description: String {
    switch self {
    case .tooManyGPUServers(let gpuServers, let storageServers):
      "\(storageServers) storage servers cannot serve \(gpuServers) GPU servers; add one for every eight."
    case .noTwoStorageServers(let server, _):
      "No storage server has enough network left for \(server), nor have two of them half of it; add a storage server."
    }
  }
}
