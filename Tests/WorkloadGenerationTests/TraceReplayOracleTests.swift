import GoldenData
import Testing

@testable import WorkloadGeneration

/// Fits, mapping and replay against what the published artifact does, from the golden data.
@Suite struct TraceReplayOracleTests {
  @Test func `a fit is the golden one`() throws {
    for golden in try GoldenData.cases("gamma.json", kind: "fit") {
      let number = try golden["i"].int
      let arrivals = try golden["arrivals"].array.map { try $0.double }
      let fit = IntervalParameters(
        arrivals: arrivals, intervalSeconds: try golden["interval_seconds"].double,
        cvScale: try golden["cv_scale"].double)
      let result = try golden["result"]
      if try Self.isDegenerate(golden) {
        // Equal gaps: rounding decides between no fit and a huge shape, as the golden data's notes say.
        #expect(fit.map { $0.cv < 1e-3 } ?? true, "case \(number)")
        continue
      }
      guard !result.isNull else {
        #expect(fit == nil, "case \(number)")
        continue
      }
      let fitted = try #require(fit, "case \(number)")
      let tolerance = try golden["shape"].double > 1e4 ? 1e-3 : 1e-6
      #expect(
        GoldenData.agree(fitted.requestsPerSecond, try result["rate"].double, relative: 1e-6), "case \(number)")
      #expect(GoldenData.agree(fitted.cv, try result["cv"].double, relative: tolerance), "case \(number)")
      #expect(try fitted.isResetToEmpiricalRate == golden["rate_reset_to_empirical"].bool, "case \(number)")

      let gaps = zip(arrivals, arrivals.dropFirst()).map { $1 - $0 + 1e-6 }
      let law = try #require(GammaFit(gaps: gaps))
      #expect(GoldenData.agree(law.shape, try golden["shape"].double, relative: tolerance), "case \(number)")
      #expect(GoldenData.agree(law.scale, try golden["scale"].double, relative: tolerance), "case \(number)")
    }
  }

  private static func isDegenerate(_ golden: JSONValue) throws -> Bool {
    let arrivals = try golden["arrivals"].array.map { try $0.double }
    let gaps = zip(arrivals, arrivals.dropFirst()).map { $1 - $0 }
    guard gaps.count > 1, let least = gaps.min(), let most = gaps.max() else { return false }
    return most - least < 1e-9
  }

  @Test func `functions map to the golden models`() throws {
    let strategies: [String: FunctionMapping] = ["round_robin": .contiguous, "stripe": .strided]
    for golden in try GoldenData.cases("gamma.json", kind: "mapping") {
      let mapping = try #require(strategies[golden["strategy"].string])
      let (functions, models) = (try golden["functions"].int, try golden["models"].int)
      #expect(
        try (0..<functions).map { mapping.model(of: $0, functions: functions, models: models) }
          == golden["model_of_function"].array.map { try $0.int })
    }
  }

  @Test func `a replay has the golden parameters in every interval`() throws {
    for golden in try GoldenData.cases("gamma.json", kind: "replay") {
      let end = try Self.seconds(ofDayHourMinute: golden["end_time"].string)
      let byName = try golden["function_arrivals"].object
      let functions = try byName.keys.sorted().map { name in
        try byName[name, default: .null].array.map { try $0.double }.filter { $0 < end }
      }
      let models = try golden["models"].int
      #expect(try golden["strategy"].string == "round_robin")
      // The golden data list functions by name, not by first appearance, so the order is pinned here.
      let replay = TraceReplay(
        trace: FunctionTrace(inOrder: functions.filter { !$0.isEmpty }), models: models)
      for model in 0..<models {
        let expected = try golden["bucket_parameters"]["m\(model)"].array
        var fits = [IntervalParameters?](repeating: nil, count: expected.count)
        for (interval, fit) in replay.parameters(of: model, cvScale: try golden["cv_scale"].double) {
          fits[interval] = fit
        }
        for (interval, (fit, golden)) in zip(fits, expected).enumerated() {
          guard let fit, !golden.isNull else {
            #expect(fit == nil && golden.isNull, "model \(model), interval \(interval)")
            continue
          }
          #expect(GoldenData.agree(fit.requestsPerSecond, try golden[0].double, relative: 1e-6))
          #expect(GoldenData.agree(fit.cv, try golden[1].double, relative: 1e-6))
        }
      }
    }
  }

  /// A time written as `day.hour.minute`.
  private static func seconds(ofDayHourMinute text: String) throws -> Double {
    let parts = try text.split(separator: ".").map { try #require(Double($0)) }
    return (parts[0] * 24 + parts[1]) * 3600 + parts[2] * 60
  }
}
