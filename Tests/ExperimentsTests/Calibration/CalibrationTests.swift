import ClusterSimulation
import ServingModel
import Testing

@testable import Experiments

@Suite struct CalibrationTests {
  private static func calibration(
    _ measurements: [Calibration.Measurement], _ configuration: Configuration? = nil
  ) throws -> Calibration {
    try Calibration(measurements: measurements, configuration: configuration ?? Samples.configuration())
  }

  /// The paper's bars with the times that a cluster of known constants would have.
  private static func synthetic(_ known: StageConstants) throws -> [Calibration.Measurement] {
    let configuration = try Samples.configuration()
    return try Calibration.paperMeasurements(results: Samples.committedResults).map { point in
      let seconds = try Calibration.equation(of: point, types: known.types, configuration: configuration)
        .ttftSeconds(known)
      return Calibration.Measurement(
        system: point.system, backend: point.backend, model: point.model, ttftSeconds: seconds)
    }
  }

  /// Constants that the fit has never seen; each as far from its starting point as another cluster's may be.
  @Test(
    arguments: [
      [2.7, 2.2, 1.5, 1.4, 4.0, 2.0, 2.0, 2.9, 5.5, 0.8], [1.8, 3.6, 0.8, 2.3, 2.6, 1.2, 3.3, 4.0, 9.0, 1.5],
    ])
  func `constants that measurements were made with are found again`(vector: [Double]) throws {
    let known = try Self.calibration(Calibration.paperMeasurements(results: Samples.committedResults)).start
      .replacing(vector: vector)
    let fitted = try Self.calibration(Self.synthetic(known)).fitted()
    for (found, wanted) in zip(fitted.vector, vector) {
      #expect(abs(found / wanted - 1) < 1e-3, "\(fitted.vector)")
    }
  }

  @Test func `one backend alone has six constants, and the file keeps those of the other`() throws {
    let measurements = try Calibration.paperMeasurements(results: Samples.committedResults)
      .filter { $0.backend == "a10" }
    let report = try CalibrationReport(Self.calibration(measurements), configuration: Samples.configuration())
    #expect(report.text.hasPrefix("6 fitted constants\n"))
    try ScratchFolder.with { folder in
      try report.write(to: "\(folder.path)/mine.yaml")
      let configuration = try Configuration.load(userFile: "\(folder.path)/mine.yaml")
      let builtIn = try Samples.configuration()
      #expect(configuration.hardware.gpus[GPUType("v100")] == builtIn.hardware.gpus[GPUType("v100")])
      #expect(configuration.hardware.gpus[GPUType("a10")] != builtIn.hardware.gpus[GPUType("a10")])
    }
  }

  @Test(
    arguments: [
      ("There is no backend `h100`, did you mean `v100`? Allowed: a10, hybrid, v100.", "h100", "facebook/opt-2.7b"),
      ("No model set with facebook/opt-13b fits on a10; add one under `model_sets`.", "a10", "facebook/opt-13b"),
    ])
  func `a measurement that cannot be simulated is refused`(sentence: String, backend: String, model: String) throws {
    var measurements = try Calibration.paperMeasurements(results: Samples.committedResults)
    measurements.append(
      Calibration.Measurement(system: .hydraServe, backend: backend, model: model, ttftSeconds: 5))
    #expect(throws: UsageError(sentence)) { try Self.calibration(measurements) }
  }

  @Test func `too few measurements are refused`() throws {
    let five = Array(
      try Calibration.paperMeasurements(results: Samples.committedResults).filter { $0.backend == "a10" }.prefix(5))
    #expect(throws: UsageError("Too few measurements, 5 for 6 constants; give at least as many.")) {
      try Self.calibration(five)
    }
  }

  // MARK: Measurements from a file

  private static func measurements(_ csv: String, column: String = "ttft_s") throws -> [Calibration.Measurement] {
    try ScratchFolder.with { folder in
      try Calibration.measurements(csv: folder.write(csv, to: "m.csv"), column: column)
    }
  }

  @Test func `measurements are read from any columns of the right names`() throws {
    let csv = "system,ttft_s,model,who,backend,mine\nhydraserve,5.5,m,me,a10,6\nserverless_vllm,9,n,me,v100,8\n"
    #expect(
      try Self.measurements(csv) == [
        Calibration.Measurement(system: .hydraServe, backend: "a10", model: "m", ttftSeconds: 5.5),
        Calibration.Measurement(system: .serverlessVLLM, backend: "v100", model: "n", ttftSeconds: 9),
      ])
    #expect(try Self.measurements(csv, column: "mine").map(\.ttftSeconds) == [6, 8])
  }

  @Test func `the figure's own CSV is such a file`() throws {
    try ScratchFolder.with { folder in
      let figure = try Figure7(
        store: RecordStore(folder: Samples.committedResults), configuration: Samples.configuration(), allowPaper: true)
      let path = try folder.write(figure.files.table.text, to: "figure7.csv")
      let measured = try Calibration.measurements(csv: path, column: "paper_ttft_s")
      let paper = try Calibration.paperMeasurements(results: Samples.committedResults)
      #expect(Set(measured) == Set(paper) && measured.count == 60)
    }
  }

  @Test(
    arguments: [
      ("backend,model,system\n", "There is no column `ttft_s`; allowed: backend, model, system."),
      (
        "backend,model,system,ttft\n",
        "There is no column `ttft_s`, did you mean `ttft`? Allowed: backend, model, system, ttft."
      ),
      (
        "backend,model,system,ttft_s\na10,m,vllm,1\n",
        "Row 1 of PATH: There is no system `vllm`; allowed: serverless_vllm, serverlessllm, "
          + "serverlessllm_with_cached_model, hydraserve_with_single_worker, hydraserve."
      ),
      (
        "backend,model,system,ttft_s\na10,m,hydraserve,1\na10,m,hydraserve,soon\n",
        "Row 2 of PATH has `soon` for ttft_s; allowed: seconds greater than 0."
      ),
      (
        "backend,model,system,ttft_s\na10,m,hydraserve,-1\n",
        "Row 1 of PATH has `-1` for ttft_s; allowed: seconds greater than 0."
      ),
      (
        "backend,model,system,ttft_s\na10,m,hydraserve,inf\n",
        "Row 1 of PATH has `inf` for ttft_s; allowed: seconds greater than 0."
      ),
      (
        "backend,model,system,ttft_s\na10,m,hydraserve\n",
        "PATH:2: this is not valid CSV: 3 fields where the header has 4."
      ),
      ("", "PATH:1: this is not valid CSV: there is no header."),
    ])
  func `a file that cannot be used is refused with its place`(csv: String, sentence: String) throws {
    try ScratchFolder.with { folder in
      let path = try folder.write(csv, to: "m.csv")
      #expect(throws: UsageError(sentence.replacing("PATH", with: path))) {
        try Calibration.measurements(csv: path, column: "ttft_s")
      }
    }
  }
}
