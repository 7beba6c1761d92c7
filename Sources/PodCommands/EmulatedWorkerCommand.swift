import ArgumentParser
import ClusterSimulation
import Experiments
import NIOPosix
import PodEmulation
import Quantities
import ServingModel
import WireProtocols

/// `emulated-worker`: an inference engine without a GPU, in the published worker's protocol.
public struct EmulatedWorkerCommand: AsyncParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "emulated-worker", abstract: "Serve a model, or a stage of one, as an engine without a GPU.",
    discussion: """
      The pod's environment says what to serve: MODEL_ID, REMOTE_MODEL_ID, PP_SIZE, PP_RANK, DEST_PP_SIZE, TOTAL_GPU, \
      STORAGE_IP and NO_PRE_INIT, as in the published images. Times are those of the simulation. Activations come in on \
      the port after --port.

      Example: emulated-worker --gpu a10 --byte-scale 1000 --time-scale 20
      """, version: Toolkit.version)

  @Option(help: "Kind of GPU, as the configuration names it.")
  var gpu = "a10"

  @Option(help: "System whose cold start is followed; allowed: \(Self.systems).")
  var system = ServingSystem.hydraServe.rawValue

  @Option(help: "Port of the worker API.")
  var port = 8080

  @Option(help: "Port of the storage agents.")
  var agentPort = 6666

  @Option(
    help: ArgumentHelp(
      "When the pod was started, in nanoseconds since the machine was; the start of the program if not given.",
      valueName: "nanoseconds", visibility: .hidden))
  var startedAt: Int64?

  @OptionGroup var emulation: EmulationOptions

  private static let systems = ServingSystem.published.map(\.rawValue).joined(separator: ", ")

  /// The program with its arguments yet to be read.
  public init() {}

  /// Serves until it is told to stop.
  public func run() async throws {
    let startedAt = startOfPod
    let server = try await EmulatedWorkerServer.start(
      try settings(), startedAt: startedAt, on: MultiThreadedEventLoopGroup.singleton.next())
    try emulation.announce(port: server.port)
    await Shutdown.wait(withParent: emulation.exitWithParent)
    await server.stop()
  }

  /// What the system needs to start a program is a part of the pod's start, and not something that comes on top of it.
  private var startOfPod: ContinuousClock.Instant {
    let nanoseconds = BootClock.nanoseconds
    return .now - .nanoseconds(max(0, nanoseconds - (startedAt ?? nanoseconds)))
  }

  private func settings() throws -> EmulatedWorkerSettings {
    guard let system = ServingSystem(rawValue: system) else {
      throw ValidationError(
        UsageError.unknown("serving system", self.system, allowed: ServingSystem.published.map(\.rawValue)).description)
    }
    let configuration = try emulation.configuration()
    guard let constants = configuration.hardware.gpus[GPUType(gpu)] else {
      let kinds = configuration.hardware.gpus.keys.sorted().map(\.name)
      throw ValidationError(UsageError.unknown("kind of GPU", gpu, allowed: kinds).description)
    }
    let pod: WorkerSettings
    let model: Configuration.Model
    do {
      pod = try WorkerSettings(environment: EmulationOptions.environment)
      model = try configuration.model(pod.model)
    } catch let error as WireError {
      throw ValidationError(error.description)
    } catch let error as UsageError {
      throw ValidationError(error.description)
    }
    var settings = EmulatedWorkerSettings(
      pod: pod, procedure: ColdStartProcedure(of: system), constants: constants, hardware: configuration.hardware,
      catalogue: emulation.catalogue(configuration),
      modelBytes: model.stageBytes[0].reduce(.zero) { $0 + $1 })
    let layers = model.architecture.layerCount / pod.pipelineSize
    settings.keyValueBytesPerToken = max(
      1, Int(Double(4 * layers * model.architecture.keyValueSize) / emulation.byteScale))
    settings.activationBytesPerToken = max(1, Int(Double(2 * model.architecture.hiddenSize) / emulation.byteScale))
    settings.byteScale = emulation.byteScale
    settings.timeScale = emulation.timeScale
    settings.agentPort = agentPort
    settings.address = emulation.address
    settings.port = port
    return settings
  }
}
