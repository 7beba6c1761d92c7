import ClusterSimulation
import Quantities

extension SensitivityParameter {
  /// The constants of cold starts and engines, by kind of GPU.
  static let gpuConstants: [SensitivityParameter] = [
    start("container-start", "container start", of: .container),
    start("library-load", "library load", of: .runtime),
    start("cuda-context", "CUDA context", of: .context),
    SensitivityParameter(ofGPUs: "engine-init", "engine initialisation", .fitted, unit: "s") {
      scale(&$0.engineInitialisation, by: $1)
    },
    SensitivityParameter(ofGPUs: "engine-profile", "engine profile run", .fitted, unit: "s") {
      scale(&$0.engineProfile, by: $1)
    },
    SensitivityParameter(ofGPUs: "framework-load", "framework's loader", .fitted, unit: "GB/s") {
      scale(&$0.frameworkLoad, by: $1)
    },
    SensitivityParameter(ofGPUs: "decode-step", "decode step (7B)", .assumed, unit: "ms", places: 1) { gpu, factor in
      gpu.decodeBase = gpu.decodeBase * factor
      gpu.decodePerGB = gpu.decodePerGB * factor
      return (gpu.decodeBase + gpu.decodePerGB * exampleGB).inMilliseconds
    },
    SensitivityParameter(ofGPUs: "prefill-step", "prefill of 1,000 tokens (7B)", .assumed, unit: "ms", places: 0) {
      gpu, factor in
      gpu.prefillBase = gpu.prefillBase * factor
      gpu.prefillPerTokenAndGB = gpu.prefillPerTokenAndGB * factor
      return (gpu.prefillBase + gpu.prefillPerTokenAndGB * (1000 * exampleGB)).inMilliseconds
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
