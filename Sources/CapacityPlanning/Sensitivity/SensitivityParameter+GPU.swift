import ClusterSimulation
import Quantities

extension SensitivityParameter {
  /// A kind of GPU's constants, with how the start of a worker divides.
  struct GPU {
    var constants: GPUConstants
    let split: WorkerStartSplit

    /// Multiplies a share of the worker's start.
    ///
    /// - Returns: the share in seconds, as it is then.
    mutating func scaleStart(share: Double, by factor: Double) -> Double {
      let part = constants.workerStart.inSeconds * share
      constants.workerStart = .seconds(constants.workerStart.inSeconds + part * (factor - 1))
      return part * factor
    }
  }

  /// The constants of cold starts and engines, by kind of GPU.
  static let gpuConstants: [SensitivityParameter] = [
    SensitivityParameter(ofGPUs: "container-start", "container start", .fitted, unit: "s") {
      $0.scaleStart(share: $0.split.container, by: $1)
    },
    SensitivityParameter(ofGPUs: "library-load", "library load", .fitted, unit: "s") {
      $0.scaleStart(share: $0.split.runtime, by: $1)
    },
    SensitivityParameter(ofGPUs: "cuda-context", "CUDA context", .fitted, unit: "s") {
      $0.scaleStart(share: 1 - $0.split.container - $0.split.runtime, by: $1)
    },
    SensitivityParameter(ofGPUs: "engine-init", "engine initialisation", .fitted, unit: "s") {
      scale(&$0.constants.engineInitialisation, by: $1)
    },
    SensitivityParameter(ofGPUs: "engine-profile", "engine profile run", .fitted, unit: "s") {
      scale(&$0.constants.engineProfile, by: $1)
    },
    SensitivityParameter(ofGPUs: "framework-load", "framework's loader", .fitted, unit: "GB/s") {
      scale(&$0.constants.frameworkLoad, by: $1)
    },
    SensitivityParameter(ofGPUs: "decode-step", "decode step (7B)", .assumed, unit: "ms", places: 1) { gpu, factor in
      gpu.constants.decodeBase = gpu.constants.decodeBase * factor
      gpu.constants.decodePerGB = gpu.constants.decodePerGB * factor
      return (gpu.constants.decodeBase + gpu.constants.decodePerGB * exampleGB).inMilliseconds
    },
    SensitivityParameter(ofGPUs: "prefill-step", "prefill of 1,000 tokens (7B)", .assumed, unit: "ms", places: 0) {
      gpu, factor in
      gpu.constants.prefillBase = gpu.constants.prefillBase * factor
      gpu.constants.prefillPerTokenAndGB = gpu.constants.prefillPerTokenAndGB * factor
      return (gpu.constants.prefillBase + gpu.constants.prefillPerTokenAndGB * (1000 * exampleGB)).inMilliseconds
    },
  ]

  /// The weights of the model that step times are shown for, Llama-2-7B, in GB.
  private static let exampleGB = 13.48

  /// Multiplies a span; what it is then, in seconds.
  static func scale(_ span: inout Duration, by factor: Double) -> Double {
    if factor != 1 { span = span * factor }
    return span.inSeconds
  }

  /// Multiplies a rate; what it is then, in GB/s.
  static func scale(_ rate: inout Bandwidth, by factor: Double) -> Double {
    if factor != 1 { rate = .gigabytesPerSecond(rate.inGigabytesPerSecond * factor) }
    return rate.inGigabytesPerSecond
  }
}
