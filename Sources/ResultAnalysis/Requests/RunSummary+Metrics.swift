extension RunSummary {
  /// The numbers of the whole run, each with its definition, in the order in which a table prints them.
  public var metrics: [DefinedMetric] {
    let counts: [DefinedMetric] = [
      .init(.sent, Double(total.sent)), .init(.completed, Double(total.completed)),
      .init(.failed, Double(total.failed)), .init(.cancelled, Double(total.cancelled)),
      .init(.unfinished, Double(total.unfinished)),
    ]
    let times = latencies.flatMap { definition, _, values in
      [
        DefinedMetric(definition, statistic: "mean", values?.mean),
        DefinedMetric(definition, statistic: "median", values?.median),
        DefinedMetric(definition, statistic: "p90", values?.p90),
        DefinedMetric(definition, statistic: "p99", values?.p99),
      ]
    }
    return counts + times + total.attainments + [
      .init(.requestThroughput, requestThroughput), .init(.goodput, goodput),
      .init(.outputThroughput, outputThroughput),
    ]
  }

  /// The four kinds of latency with our definition and the short name that load generators share.
  var latencies: [(definition: MetricDefinition, shortName: String, values: Distribution?)] {
    [
      (.ttft, "ttft", total.timeToFirstToken), (.tpot, "tpot", total.timePerOutputToken),
      (.itl, "itl", interTokenLatency), (.endToEnd, "e2el", total.endToEndLatency),
    ]
  }
}

extension RequestStatistics {
  /// The three attainments in per cent, each with its definition.
  public var attainments: [DefinedMetric] {
    [
      .init(.ttftAttainment, ttftAttainment.map { $0 * 100 }),
      .init(.tpotAttainment, tpotAttainment.map { $0 * 100 }),
      .init(.sloAttainment, sloAttainment.map { $0 * 100 }),
    ]
  }
}

extension ModelSummary {
  /// The model's mean TPOT and cost, each with its definition.
  public var metrics: [DefinedMetric] {
    [
      .init(.modelMeanTPOT, requests.meanTimePerOutputToken), .init(.gpuMemoryTime, gpuMemoryTime),
      .init(.costPerRequest, costPerRequest),
    ]
  }
}
