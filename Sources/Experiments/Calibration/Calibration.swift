import ClusterSimulation
import Plotting
import Quantities
import Scheduling
import ServingModel

/// Fits the stage constants to measured cold starts, so that users can refit the simulation to their own cluster.
///
/// At most ten constants for the paper's two kinds of GPU, none for a model. The fit is by damped least squares on
/// relative errors, through the closed form of a cold start; the simulation is then run with the result, and its errors
/// are the ones that count. Leaving out one model at a time shows how far the constants carry to a model that was not
/// measured.
public struct Calibration: Sendable {
  /// One measured cold start.
  public struct Measurement: Hashable, Sendable {
    /// The serving system.
    public let system: ServingSystem
    /// The backend.
    public let backend: String
    /// The model's identifier.
    public let model: String
    /// TTFT in seconds.
    public let ttftSeconds: Double

    /// A measurement.
    public init(system: ServingSystem, backend: String, model: String, ttftSeconds: Double) {
      self.system = system
      self.backend = backend
      self.model = model
      self.ttftSeconds = ttftSeconds
    }
  }

  /// Relative errors in per cent: their mean and their worst.
  public struct Errors: Hashable, Sendable {
    /// Mean of the absolute errors.
    public let mean: Double
    /// The largest absolute error.
    public let worst: Double

    init(_ relative: [Double]) {
      mean = relative.isEmpty ? 0 : relative.reduce(0) { $0 + abs($1) } / Double(relative.count) * 100
      worst = (relative.map { abs($0) }.max() ?? 0) * 100
    }
  }

  /// The residual at which the loss turns from quadratic to linear: 20 %, so all points of a sound set of measurements
  /// count by their squares and only a measurement that went wrong counts less.
  static let lossScale = 0.2

  private let measurements: [Measurement]
  private let equations: [ColdStartEquation]
  let start: StageConstants

  /// A calibration with measurements of cold starts.
  ///
  /// - Throws: ``UsageError`` when a measurement names something that the configuration does not have or cannot run, or
  ///   there are fewer measurements than constants.
  public init(measurements: [Measurement], configuration: Configuration) throws {
    let backends = try Set(measurements.map(\.backend)).sorted().map { try configuration.backend($0) }
    let types = Set(backends.flatMap { $0.nodes.map(\.type.gpuType) }).sorted()
    var start = StageConstants(
      types: types, gpus: [], hostToGPU: configuration.hardware.hostToGPU.inGigabytesPerSecond,
      pipelineSetup: configuration.hardware.pipelineSetup.inSeconds)
    for type in types {
      guard let gpu = configuration.hardware.gpus[type] else {
        preconditionFailure("a checked configuration has constants for every GPU in use")
      }
      start.gpus.append(
        StageConstants.GPU(
          workerStart: gpu.workerStart.inSeconds, frameworkLoad: gpu.frameworkLoad.inGigabytesPerSecond,
          engineProfile: gpu.engineProfile.inSeconds, engineInitialisation: gpu.engineInitialisation.inSeconds))
    }
    guard measurements.count >= start.vector.count else {
      throw UsageError(
        "Too few measurements, \(measurements.count) for \(start.vector.count) constants; give at least as many.")
    }
    for measurement in measurements {
      let canBeRun = try configuration.modelSetNames.contains { set in
        let setting = ColdStartSetting(system: measurement.system, modelSet: set, backend: measurement.backend)
        return try Self.canRun(setting, for: [measurement], configuration)
      }
      guard canBeRun else {
        throw UsageError(
          "No model set with \(measurement.model) fits on \(measurement.backend); add one under `model_sets`.")
      }
    }
    self.measurements = measurements
    self.start = start
    self.equations = try measurements.map { try Self.equation(of: $0, types: types, configuration: configuration) }
  }

  /// The closed form of a measurement; `types` are the kinds of GPU in the order of the constants.
  static func equation(
    of measurement: Measurement, types: [GPUType], configuration: Configuration
  ) throws -> ColdStartEquation {
    let backend = try configuration.backend(measurement.backend)
    let model = try configuration.model(measurement.model)
    let node = backend.nodes[0].type
    let stages = model.stageBytes[pipelineSize(of: measurement.system, model: model, backend: backend) - 1]
    guard let gpu = types.firstIndex(of: node.gpuType), let constants = configuration.hardware.gpus[node.gpuType] else {
      preconditionFailure("a checked configuration has constants for every GPU in use")
    }
    let hardware = configuration.hardware
    let network = min(
      node.network.inGigabytesPerSecond, hardware.fetchCap?.inGigabytesPerSecond ?? node.network.inGigabytesPerSecond)
    let prefill =
      constants.prefillBase.inSeconds + constants.prefillPerTokenAndGB.inSeconds
      * Double(configuration.coldStart.promptTokens) * model.stageBytes[0][0].inGigabytes
    let hops = hardware.pipelineHop.inSeconds * Double(stages.count - 1)
    return ColdStartEquation(
      system: measurement.system, gpu: gpu, stageGB: stages.map(\.inGigabytes), network: network,
      firstToken: prefill + hops + hardware.responsePath.inSeconds)
  }

  /// How many stages the system's placement rule gives a model on an empty cluster.
  private static func pipelineSize(
    of system: ServingSystem, model: Configuration.Model, backend: Configuration.Backend
  ) -> Int {
    guard let placement = ServingDeployment.placement(of: system, for: .coldStart) else { return 1 }
    let query = PlacementQuery(
      freeMemoryGB: backend.nodes.map(\.type.gpuMemoryGB), availableGbps: backend.nodes.map(\.type.network.inGbps),
      modelSizeGB: model.schedulerSizeGB, ttftSLOMilliseconds: .infinity, tpotSLOMilliseconds: .infinity,
      profile: .none, requiredPipelineSize: 1, waitingMilliseconds: 0)
    return placement.plan(for: query)?.pipelineSize ?? 1
  }

  // MARK: Fitting

  /// The constants that fit all measurements best.
  func fitted() -> StageConstants {
    fitted(without: nil)
  }

  /// The constants that fit the measurements of all models but one.
  func fitted(without model: String?) -> StageConstants {
    let used = measurements.indices.filter { measurements[$0].model != model }
    let residuals = { (vector: [Double]) -> [Double] in
      let constants = start.replacing(vector: vector)
      return used.map { relativeError($0, constants) }
    }
    // Several starts, since the loss has flat valleys; the best of them counts.
    let fits = Self.startFactors.map { factor in
      LeastSquares.fit(from: start.vector.map { max($0 * factor, 1e-3) }, scale: Self.lossScale, residuals: residuals)
    }
    let losses = fits.map { LeastSquares.loss(at: $0, scale: Self.lossScale, residuals: residuals) }
    let best = losses.indices.min { losses[$0] < losses[$1] } ?? 0
    return start.replacing(vector: fits[best])
  }

  private static let startFactors = [1.0, 0.7, 1.4]

  private func relativeError(_ index: Int, _ constants: StageConstants) -> Double {
    equations[index].ttftSeconds(constants) / measurements[index].ttftSeconds - 1
  }

  /// The errors of the closed form at given constants.
  func errors(_ constants: StageConstants) -> Errors {
    Errors(measurements.indices.map { relativeError($0, constants) })
  }

  /// The errors of the simulation on each model whose measurements were left out of the fit, and over all models.
  ///
  /// - Throws: ``ExperimentError`` when a simulated measurement fails.
  func leaveOneModelOut(
    configuration: Configuration
  ) throws -> (byModel: [(model: String, errors: Errors)], all: Errors) {
    let models = measurements.map(\.model).uniqued()
    let relative = try models.map { model in
      try simulatedRelativeErrors(fitted(without: model), of: [model], configuration: configuration)
    }
    return (zip(models, relative).map { ($0, Errors($1)) }, Errors(relative.flatMap { $0 }))
  }

  /// The errors of the simulation itself, run with given constants.
  ///
  /// - Throws: ``ExperimentError`` when a simulated measurement fails.
  func simulatedErrors(_ constants: StageConstants, configuration: Configuration) throws -> Errors {
    let models = measurements.map(\.model).uniqued()
    return Errors(try simulatedRelativeErrors(constants, of: models, configuration: configuration))
  }

  private func simulatedRelativeErrors(
    _ constants: StageConstants, of models: [String], configuration: Configuration
  ) throws -> [Double] {
    var configuration = configuration
    configuration.hardware = constants.applied(to: configuration.hardware)
    var simulated: [Measurement: Double] = [:]
    for system in measurements.map(\.system).uniqued() {
      for backend in measurements.map(\.backend).uniqued() {
        for set in configuration.modelSetNames {
          let wanted = measurements.filter {
            $0.system == system && $0.backend == backend && models.contains($0.model) && simulated[$0] == nil
          }
          let setting = ColdStartSetting(system: system, modelSet: set, backend: backend)
          guard try Self.canRun(setting, for: wanted, configuration) else { continue }
          let result = try ColdStartExperiment(setting: setting, configuration: configuration).run()
          for measurement in wanted {
            simulated[measurement] = result.models.first { $0.model == measurement.model }?.ttftSeconds()
          }
        }
      }
    }
    return measurements.compactMap { measurement in
      simulated[measurement].map { $0 / measurement.ttftSeconds - 1 }
    }
  }

  /// Whether a setting fits its backend and measures any of the wanted models.
  private static func canRun(
    _ setting: ColdStartSetting, for wanted: [Measurement], _ configuration: Configuration
  ) throws -> Bool {
    let members = try configuration.modelSet(setting.modelSet)
    let largest = try configuration.backend(setting.backend).nodes.map(\.type.gpuMemoryGB).max() ?? 0
    return members.allSatisfy { $0.schedulerSizeGB <= largest }
      && wanted.contains { measurement in members.contains { $0.model == measurement.model } }
  }
}

extension Array where Element: Hashable {
  /// The elements without repetitions, in the order of their first occurrence.
  package func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
