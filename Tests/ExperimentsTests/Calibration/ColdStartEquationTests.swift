import Quantities
import ServingModel
import Testing

@testable import Experiments

@Suite struct ColdStartEquationTests {
  private static let a10 = GPUType("a10")
  private static let constants = StageConstants(
    types: [a10],
    gpus: [StageConstants.GPU(workerStart: 2, frameworkLoad: 4, engineProfile: 1.5, engineInitialisation: 3)],
    hostToGPU: 8, pipelineSetup: 0.5)

  private static func seconds(_ system: ServingSystem, stageGB: [Double], network: Double = 2) -> Double {
    ColdStartEquation(system: system, gpu: 0, stageGB: stageGB, network: network, firstToken: 0.25)
      .ttftSeconds(constants)
  }

  @Test func `each system by hand`() {
    // 16 GB at 2 GB/s are 8 s of fetching, at 4 GB/s 4 s of loading, at 8 GB/s 2 s of copying.
    // Everything in a row: 2 + 8 + 4 + 3 + 1.5 + 0.25.
    #expect(Self.seconds(.serverlessVLLM, stageGB: [16]) == 18.75)
    // Fetching from the start, 8 s, hides the worker's 2 s and the copy's 2 s; then the engine: 8 + 3 + 0.25.
    #expect(Self.seconds(.hydraServeWithSingleWorker, stageGB: [16]) == 11.25)
    // Slowest of stages with 5, 4, 3 and 4 GB: max(2 + 5/8, 5/2) = 2.625; then 3 + 0.5 + 0.25.
    #expect(Self.seconds(.hydraServe, stageGB: [5, 4, 3, 4]) == 6.375)
    // With a network of 0.5 GB/s the fetch decides: 10 s for the 5 GB.
    #expect(Self.seconds(.hydraServe, stageGB: [5, 4, 3, 4], network: 0.5) == 13.75)
  }

  @Test func `polling rounds a start up to whole seconds, on average as three phases see it`() {
    // By the law in its comment, m + 1 + (3 f² − f³)/2: whole seconds cost one more, 10.5 s cost 11 + 0.3125.
    #expect(ColdStartEquation.polled(10) == 11)
    #expect(ColdStartEquation.polled(10.5) == 11.3125)
    // No jump where the fractional part begins anew.
    #expect(abs(ColdStartEquation.polled(10.999_999) - ColdStartEquation.polled(11)) < 1e-5)
    // 2 + 2 + 3 + 1.5 = 8.5 with the model in host memory; the fetch adds 8 s.
    #expect(Self.seconds(.serverlessLLMWithCachedModel, stageGB: [16]) == 9.5625)
    #expect(Self.seconds(.serverlessLLM, stageGB: [16]) == 17.5625)
  }

  /// Over many phases, the polling law is the mean of what it claims to be the mean of.
  @Test func `the polling law is the expectation of the mean of the two smaller of three measurements`() {
    for fraction in [0, 0.2, 0.5, 0.8] {
      // A measurement takes m + 2 when its phase falls in the last `fraction` of the second, else m + 1; three
      // independent phases on a grid of 50 are averaged exactly.
      let grid = 50
      let late = Int((fraction * Double(grid)).rounded())
      let values = (0..<grid).map { $0 < grid - late ? 1.0 : 2.0 }
      var sum = 0.0
      for a in values { for b in values { for c in values { sum += (a + b + c - max(a, max(b, c))) / 2 } } }
      let mean = sum / Double(grid * grid * grid)
      #expect(abs(ColdStartEquation.polled(3 + fraction) - (3 + mean)) < 1e-9, "\(fraction)")
    }
  }

  @Test func `a vector of constants is taken apart and put together without loss`() {
    let vector = Self.constants.vector
    #expect(vector == [2, 4, 1.5, 3, 8, 0.5])
    #expect(Self.constants.replacing(vector: vector) == Self.constants)
    #expect(Self.constants.replacing(vector: [1, 2, 3, 4, 5, 6]).vector == [1, 2, 3, 4, 5, 6])
  }

  /// The closed form against the simulation, for every bar of the figure and the constants that come with the toolkit.
  @Test func `the closed form is what the simulation gives`() throws {
    let configuration = try Samples.configuration()
    let measurements = try Calibration.paperMeasurements(results: Samples.committedResults)
    let calibration = try Calibration(measurements: measurements, configuration: configuration)
    var compared = 0
    for setting in ColdStartSetting.figure7 {
      let result = try ColdStartExperiment(setting: setting, configuration: configuration).run()
      for model in result.models {
        guard
          let point = measurements.first(where: {
            $0.system == setting.system && $0.backend == setting.backend && $0.model == model.model
          })
        else { continue }
        let closedForm = try Calibration.equation(
          of: point, types: calibration.start.types, configuration: configuration
        ).ttftSeconds(calibration.start)
        // ServerlessLLM is polled once a second, so a single run lies within that period of the expectation.
        let tolerance = setting.system.gpuIsolation == .exclusive ? 1.0 : 0.001
        #expect(abs(closedForm - model.ttftSeconds()) <= tolerance, "\(setting), \(model.model)")
        compared += 1
      }
    }
    #expect(compared == 60)
  }
}
