import GoldenData
import ServingModel
import Testing

@testable import Experiments

/// How close the simulation is to the paper's Figure 7, with the constants that come with the toolkit.
@Suite struct PaperAccuracyTests {
  private static func report() throws -> CalibrationReport {
    try computed.get()
  }

  /// What `calibrate` finds from the paper's numbers; computed once.
  private static let computed = Result {
    try CalibrationReport(
      Calibration(
        measurements: Calibration.paperMeasurements(results: Samples.committedResults),
        configuration: Samples.configuration()),
      configuration: Samples.configuration())
  }

  @Test func `the committed constants are what calibrate computes from the paper's numbers`() throws {
    #expect(try Self.report().yaml == Samples.committed("Sources/Experiments/Resources/calibration.yaml"))
    #expect(try Self.report().text.hasPrefix("10 fitted constants\n"), "at most ten, none of them a model's")
  }

  @Test func `all 60 points together are within 3.6 %, and each within 10 %`() throws {
    let errors = try Self.report().simulated
    #expect(errors.mean <= 3.6 && errors.worst <= 10)
  }

  @Test func `a model that was left out of the fit is within 5.5 % on average`() throws {
    let report = try Self.report()
    #expect(report.leftOut.mean <= 5.5)
    #expect(report.leftOutByModel.count == 7)
  }

  @Test func `the report says the same in text and in JSON`() throws {
    let report = try Self.report()
    let json = try JSONValue.parsing(report.json())
    #expect(try json["fitted_constants"].int == 10)
    #expect(try json["simulated"]["mean_pct"].double == report.simulated.mean)
    #expect(try json["leave_one_model_out"]["worst_pct"].double == report.leftOut.worst)
    #expect(try json["calibration"]["gpus"].object.map(\.key).sorted() == ["a10", "v100"])
    #expect(
      report.yaml.contains("worker_start_s: \(try json["calibration"]["gpus"]["a10"]["worker_start_s"].double)\n"))
    #expect(report.text.contains("simulation, fitted to all"))
  }

  /// The paper's order of two systems, wherever it shows a difference of more than 5 %.
  @Test func `every ordering of the paper is kept`() throws {
    let figure = try ScratchFolder.with { folder in
      try folder.copy(from: "\(Samples.committedResults)/paper", to: "paper")
      let store = RecordStore(folder: folder.path)
      for setting in ColdStartSetting.figure7 { try store.save(Samples.run(setting), on: .runs) }
      return try Figure7(store: store, configuration: Samples.configuration(), allowPaper: false)
    }
    #expect(figure.points.count == 60)
    var orderings = 0
    for a in figure.points {
      for b in figure.points where a.backend == b.backend && a.model == b.model {
        guard let slower = a.paperSeconds, let faster = b.paperSeconds, slower > faster * 1.05 else { continue }
        orderings += 1
        #expect(a.ttftSeconds > b.ttftSeconds, "\(a.system) and \(b.system), \(a.model) on \(a.backend)")
      }
    }
    // Twelve bars' groups with ten pairs of systems each; nearly all of them differ by more.
    #expect(orderings > 100)
  }
}
