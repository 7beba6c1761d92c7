import ClusterSimulation
import Quantities
import ServingModel

/// The ten constants of a cold start that are fitted: four for each of two kinds of GPU and two shared ones.
struct StageConstants: Hashable, Sendable {
  /// The constants of one kind of GPU.
  struct GPU: Hashable, Sendable {
    var workerStart: Double
    var frameworkLoad: Double
    var engineProfile: Double
    var engineInitialisation: Double
  }

  /// Kinds of GPU, in the order of ``gpus``.
  var types: [GPUType]
  var gpus: [GPU]
  /// In GB/s.
  var hostToGPU: Double
  /// In seconds.
  var pipelineSetup: Double

  /// The constants as a vector, for the fit.
  var vector: [Double] {
    gpus.flatMap { [$0.workerStart, $0.frameworkLoad, $0.engineProfile, $0.engineInitialisation] }
      + [hostToGPU, pipelineSetup]
  }

  func replacing(vector: [Double]) -> StageConstants {
    var result = self
    for index in gpus.indices {
      result.gpus[index] = GPU(
        workerStart: vector[4 * index], frameworkLoad: vector[4 * index + 1], engineProfile: vector[4 * index + 2],
        engineInitialisation: vector[4 * index + 3])
    }
    result.hostToGPU = vector[4 * gpus.count]
    result.pipelineSetup = vector[4 * gpus.count + 1]
    return result
  }

  /// A hardware model with these constants in place of its own.
  func applied(to hardware: HardwareModel) -> HardwareModel {
    var hardware = hardware
    for (type, constants) in zip(types, gpus) {
      hardware.gpus[type]?.workerStart = .seconds(constants.workerStart)
      hardware.gpus[type]?.frameworkLoad = .gigabytesPerSecond(constants.frameworkLoad)
      hardware.gpus[type]?.engineProfile = .seconds(constants.engineProfile)
      hardware.gpus[type]?.engineInitialisation = .seconds(constants.engineInitialisation)
    }
    hardware.hostToGPU = .gigabytesPerSecond(hostToGPU)
    hardware.pipelineSetup = .seconds(pipelineSetup)
    return hardware
  }
}

/// The time to first token of a cold start in closed form: what the simulation gives for a cluster with nothing else on
/// it, except that ServerlessLLM's polling appears as its expectation.
///
/// - Source: the stages and overlaps of the five systems; checked against the simulation in the tests.
struct ColdStartEquation: Sendable {
  let system: ServingSystem
  /// Index of the kind of GPU in ``StageConstants/types``.
  let gpu: Int
  /// Bytes of each stage in GB, in rank order; one stage for a single worker.
  let stageGB: [Double]
  /// The rate at which a node fetches, in GB/s.
  let network: Double
  /// Prefill and the way back to the client, in seconds.
  let firstToken: Double

  func ttftSeconds(_ constants: StageConstants) -> Double {
    let gpu = constants.gpus[gpu]
    let weights = stageGB.reduce(0, +)
    switch system.publishedWorkers {
    case .serverlessVLLM:
      return gpu.workerStart + weights / network + weights / gpu.frameworkLoad + gpu.engineInitialisation
        + gpu.engineProfile + firstToken
    case .serverlessLLM:
      return Self.polled(serverlessLLMStart(gpu, constants) + weights / network) + firstToken
    case .serverlessLLMWithCachedModel:
      return Self.polled(serverlessLLMStart(gpu, constants)) + firstToken
    case .hydraServeWithSingleWorker, .hydraServe, .hydraServeWithCache, .own:
      let slowest =
        stageGB.map { max(gpu.workerStart + $0 / constants.hostToGPU, $0 / network) }.max() ?? gpu.workerStart
      let setup = stageGB.count > 1 ? constants.pipelineSetup : 0
      return slowest + gpu.engineInitialisation + setup + firstToken
    }
  }

  private func serverlessLLMStart(_ gpu: StageConstants.GPU, _ constants: StageConstants) -> Double {
    gpu.workerStart + stageGB.reduce(0, +) / constants.hostToGPU + gpu.engineInitialisation + gpu.engineProfile
  }

  /// What polling makes of a start that takes `seconds`: the expectation of the mean of the two smaller of three
  /// measurements.
  ///
  /// The autoscaler looks once a second, at a phase u that is uniform on (0, 1]; the load balancer looks whole seconds
  /// after the arrival. So a measurement is m + 1 with probability 1 − f and m + 2 with probability f, where m and f are
  /// the whole and the fractional part of `seconds`. Of three, the two smaller have a mean of m + 1 + (3 f² − f³)/2.
  static func polled(_ seconds: Double) -> Double {
    let whole = seconds.rounded(.down)
    let fraction = seconds - whole
    return whole + 1 + (3 * fraction * fraction - fraction * fraction * fraction) / 2
  }
}
