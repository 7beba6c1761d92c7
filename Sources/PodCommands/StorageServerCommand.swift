import ArgumentParser
import Experiments
import NIOPosix
import PodEmulation
import Quantities

/// `storage-server`: the remote storage or the storage agent of a GPU node, in the published protocols.
public struct StorageServerCommand: AsyncParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "storage-server", abstract: "Serve model weights as remote storage or as a node's storage agent.",
    discussion: """
      The weights are made up, with the right tensors; --byte-scale makes them smaller. The agent takes its remote \
      storage from --remote or REMOTE_SERVER_ADDR, and half of each model from REMOTE_SERVER_ADDR_2 if \
      NUM_REMOTE_SERVER is 2, its memory from --memory-gb or SHM_SIZE (both in GB of real weights), \
      and caches whole models unless USE_CACHE is 0.

      Example: storage-server --role remote --byte-scale 1000 --gbps 16
      """, version: Toolkit.version)

  @Option(help: "Role; allowed: remote, agent.")
  var role: String

  @Option(help: "Port to listen on; 0 takes a free one. Without it 8888 (remote) or 6666 (agent).")
  var port: Int?

  @Option(help: "Rate of the network card in Gbit/s, before scaling; above 0, without limit if not given.")
  var gbps: Double?

  @Option(help: ArgumentHelp("Remote storage that an agent fetches from.", valueName: "host:port"))
  var remote: String?

  @Option(help: "Memory of an agent in GB, before scaling; above 0.")
  var memoryGB: Double?

  @Option(help: ArgumentHelp("Name of an agent's shared memory; without it /hydra-<port>.", valueName: "name"))
  var segment: String?

  @Option(
    help: ArgumentHelp("What remote storage does wrong, for tests; allowed: \(StorageFault.form).", valueName: "fault"))
  var fault: StorageFault?

  @OptionGroup var emulation: EmulationOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Refuses values that are not allowed.
  public func validate() throws {
    guard ["remote", "agent"].contains(role) else {
      throw ValidationError(UsageError.unknown("role", role, allowed: ["remote", "agent"]).description)
    }
    if let gbps, !(gbps > 0 && gbps.isFinite) { throw ValidationError("--gbps is \(gbps); allowed: a number above 0.") }
    if let port, !(0...65535).contains(port) { throw ValidationError("--port is \(port); allowed: 0 to 65535.") }
  }

  /// Serves until it is told to stop.
  public func run() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let rate = gbps.map {
      Bandwidth(bytesPerSecond: Bandwidth.gbps($0).bytesPerSecond / emulation.byteScale * emulation.timeScale)
    }
    if role == "remote" {
      let catalogue = emulation.catalogue(try emulation.configuration())
      let server = try await RemoteStoreServer.start(
        address: emulation.address, port: port ?? 8888, catalogue: catalogue, rate: rate,
        fault: fault.map { ($0.kind, $0.parts) }, on: loop)
      try emulation.announce(port: server.port)
      await Shutdown.wait(withParent: emulation.exitWithParent)
      return await server.stop()
    }
    let port = port ?? 6666
    let agent = try await StorageAgentServer.start(
      address: emulation.address, port: port, segment: segment ?? "/hydra-\(port)", try agentSettings(rate), on: loop)
    try emulation.announce(port: agent.port)
    await Shutdown.wait(withParent: emulation.exitWithParent)
    await agent.stop()
  }

  private func agentSettings(_ rate: Bandwidth?) throws -> StorageAgentServer.Settings {
    let environment = EmulationOptions.environment
    guard let gigabytes = memoryGB ?? environment["SHM_SIZE"].flatMap(Double.init), gigabytes > 0, gigabytes < 1e6
    else { throw ValidationError("An agent needs memory above 0 GB; give --memory-gb or set SHM_SIZE.") }
    var settings = StorageAgentServer.Settings(
      remotes: try remotes(environment), memory: .gigabytes(gigabytes / emulation.byteScale))
    settings.rate = rate
    settings.usesCache = environment["USE_CACHE"] != "0"
    settings.stallTimeout = .seconds(5)
    return settings
  }
  /// The storage that an agent fetches from, as published agents are told. A second address alone means nothing: the
  /// published start-up also leaves one in the environment of agents that have only one server.
  private func remotes(_ environment: [String: String]) throws -> [RemoteStore] {
    guard let first = remote ?? environment["REMOTE_SERVER_ADDR"] else {
      throw ValidationError("An agent needs remote storage; give --remote or set REMOTE_SERVER_ADDR.")
    }
    guard remote == nil, let count = environment["NUM_REMOTE_SERVER"], count != "1" else {
      return [try Self.remote(at: first)]
    }
    guard count == "2", let second = environment["REMOTE_SERVER_ADDR_2"] else {
      throw ValidationError(
        "NUM_REMOTE_SERVER is \(count); allowed: 1, and 2 with the second server's address in REMOTE_SERVER_ADDR_2.")
    }
    return [try Self.remote(at: first), try Self.remote(at: second)]
  }

  private static func remote(at address: String) throws -> RemoteStore {
    let parts = address.split(separator: ":")
    guard parts.count <= 2, let host = parts.first, let port = parts.count == 2 ? Int(parts[1]) : 8888 else {
      throw ValidationError("\"\(address)\" is no address of remote storage; allowed: host or host:port.")
    }
    return RemoteStore(host: String(host), port: port)
  }
}
