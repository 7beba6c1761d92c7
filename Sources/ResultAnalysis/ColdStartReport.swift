import Quantities

/// The lines that the published cold-start client prints, word for word, so that scripts which read them keep working.
public enum ColdStartReport {
  /// The lines of one measurement, numbered from 0.
  public static func lines(of sample: ColdStartMeasurements.Sample, model: String, number: Int) -> [String] {
    [
      "Start measure model \(model) [\(number)]",
      "End measure model \(model) [\(number)], ttft = \(sample.timeToFirstToken.inSeconds) s, "
        + "tpot = \(text(sample.timePerOutputToken?.inMilliseconds))",
    ]
  }

  /// The line of a model's result.
  public static func line(of measurements: ColdStartMeasurements) -> String {
    "Model \(measurements.model): TTFT = \(measurements.ttftSeconds()) s, "
      + "TPOT = \(text(measurements.tpotMilliseconds()))"
  }

  /// Everything that the client prints for a run: each model's measurements and result, then all results once more.
  public static func lines(of models: [ColdStartMeasurements]) -> [String] {
    let details = models.flatMap { model in
      model.samples.enumerated().flatMap { number, sample in lines(of: sample, model: model.model, number: number) }
        + [line(of: model)]
    }
    return details + models.map(line)
  }

  /// A time per output token, which an answer of one token does not have; the published client divides by zero there.
  private static func text(_ milliseconds: Double?) -> String {
    milliseconds.map { "\($0) ms" } ?? "undefined"
  }
}
