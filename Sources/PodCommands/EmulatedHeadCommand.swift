import ArgumentParser
import ClusterSimulation
import Commands
import Experiments
import NIOPosix
import PodEmulation
import ServingModel
import WireProtocols

/// `emulated-head`: ServerlessLLM's head without workers behind it, in the published image's protocol.
public struct EmulatedHeadCommand: AsyncParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "emulated-head", abstract: "Serve models as ServerlessLLM's head does, with simulated workers.",
    discussion: """
      Models are registered with POST /register before the first POST /v1/chat/completions. The workers are simulated, so \
      nothing is sent to them; --workers says what they are: {"storage": [{"address": "10.0.0.2", "gbps": 32}], "workers": \
      [{"id": "0", "node": "a10-0", "instance_type": "ecs.gn7i-c32g1.8xlarge", "mem_pool_size": 16, "storage": \
      ["10.0.0.2"]}]}.

      Example: emulated-head --workers workers.json --time-scale 20
      """, version: Toolkit.version)

  @Option(help: ArgumentHelp("JSON of the storage servers and the worker pods, or a file of it.", valueName: "json"))
  var workers: String

  @Option(
    help: """
      Experiment that the pods are deployed for; allowed: coldstart (mem_pool_size in GiB), endtoend (in GB, and the load \
      balancer's pause as configured).
      """)
  var experiment = ColdStartSetting.experiment

  @Option(help: "Port of the API; 0 takes a free one.")
  var port = 8343

  @OptionGroup var emulation: EmulationOptions

  private static let experiments = [ColdStartSetting.experiment, EndToEndSetting.experiment]

  /// The program with its arguments yet to be read.
  public init() {}

  /// Refuses values that are not allowed.
  public func validate() throws {
    guard Self.experiments.contains(experiment) else {
      throw ValidationError(
        UsageError.unknown("experiment", experiment, allowed: Self.experiments).description)
    }
    guard (0...65535).contains(port) else { throw ValidationError("--port is \(port); allowed: 0 to 65535.") }
  }

  /// Serves until it is told to stop.
  public func run() async throws {
    let server = try await EmulatedHeadServer.start(
      try asUsage { try settings() }, address: emulation.address, port: port,
      on: MultiThreadedEventLoopGroup.singleton.next())
    try emulation.announce(port: server.port)
    await Shutdown.wait(withParent: emulation.exitWithParent)
    await server.stop()
  }

  /// What the command line and the file of the workers say.
  func settings() throws -> EmulatedHeadSettings {
    let configuration = try emulation.configuration()
    let machines = try machines()
    let instanceTypes = try machines.workers.map { try Self.type(of: $0, configuration) }
    var settings = EmulatedHeadSettings(
      machines: machines, instanceTypes: instanceTypes,
      controlPlane: configuration.serverlessLLM(
        for: experiment == ColdStartSetting.experiment ? .coldStart : .endToEnd,
        poolSizes: machines.workers.map(\.poolSize)),
      hardware: configuration.hardware, answerTokens: configuration.coldStart.serverlessLLMOutputTokens
    ) { name in
      guard let model = try? configuration.model(name.model) else { return nil }
      return SimulatedModel(
        name: name.description, stageBytes: model.stageBytes, keyValueBytesPerToken: model.keyValueBytesPerToken)
    }
    settings.timeScale = emulation.timeScale
    return settings
  }

  private static func type(of worker: HeadMachines.Worker, _ configuration: Configuration) throws -> InstanceType {
    let known = configuration.instanceTypes.filter { configuration.hardware.gpus[$0.gpuType] != nil }
    guard let type = known.first(where: { $0.name == worker.instanceType }) else {
      throw UsageError.unknown(
        "instance type with constants of its GPUs", worker.instanceType, allowed: known.map(\.name))
    }
    return type
  }

  private func machines() throws -> HeadMachines {
    let isFile = !workers.hasPrefix("{")
    let text: String
    do {
      text = isFile ? try FileStore.read(workers) : workers
    } catch {
      throw ValidationError("\(error)")
    }
    do {
      return try HeadMachines(body: try JSON(parsing: Array(text.utf8)))
    } catch {
      throw ValidationError("\(isFile ? workers : "--workers"): \(error)")
    }
  }
}
