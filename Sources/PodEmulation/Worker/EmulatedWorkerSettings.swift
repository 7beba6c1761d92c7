import ClusterSimulation
import Quantities
import ServingModel
import WireProtocols

/// What an emulated worker is: its place in a pipeline and how long things take on its GPU.
public struct EmulatedWorkerSettings: Sendable {
  /// What the pod's environment says.
  public var pod: WorkerSettings
  /// What overlaps in a cold start.
  public var procedure: ColdStartProcedure
  /// How long things take on its kind of GPU.
  public var constants: GPUConstants
  /// How long things take in the cluster.
  public var hardware: HardwareModel
  /// The weights that exist.
  public var catalogue: ShardCatalogue
  /// The size of the whole model as it is, not scaled.
  public var modelBytes: ByteCount
  /// How many bytes of keys and values a token has in this stage, scaled.
  public var keyValueBytesPerToken = 1024
  /// How many bytes of activations a token has between stages, scaled.
  public var activationBytesPerToken = 64
  /// By how much there is less of all bytes.
  public var byteScale = 1.0
  /// How many times faster than reality everything goes.
  public var timeScale = 1.0
  /// The port of the storage agents.
  public var agentPort = 6666
  /// The address that it listens on.
  public var address = "127.0.0.1"
  /// The port of the worker API; the next one receives activations.
  public var port = 8080

  /// A worker at real speed and size.
  public init(
    pod: WorkerSettings, procedure: ColdStartProcedure, constants: GPUConstants, hardware: HardwareModel,
    catalogue: ShardCatalogue, modelBytes: ByteCount
  ) {
    self.pod = pod
    self.procedure = procedure
    self.constants = constants
    self.hardware = hardware
    self.catalogue = catalogue
    self.modelBytes = modelBytes
  }

  /// A span of the emulated world in real time.
  func real(_ span: Duration) -> Duration {
    span / timeScale
  }

  /// A rate of the emulated world for scaled bytes in real time.
  func real(_ rate: Bandwidth) -> Bandwidth {
    Bandwidth(bytesPerSecond: rate.bytesPerSecond / byteScale * timeScale)
  }
}
