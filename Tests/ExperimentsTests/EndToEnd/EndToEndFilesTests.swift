import Foundation
import GoldenData
import Quantities
import ResultAnalysis
import ServingModel
import Testing
import WorkloadGeneration

@testable import Experiments

/// The files of an end-to-end run.
@Suite struct EndToEndFilesTests {
  private static func file(_ name: String, on shelf: RecordStore.Shelf = .runs) throws -> String {
    try #require(try EndToEndSamples.run().files(for: shelf).first { $0.name == name }?.text)
  }

  @Test func `an own run has six files, a precomputed one four`() throws {
    let run = try EndToEndSamples.run()
    #expect(
      try run.files(for: .runs).map(\.name) == [
        "setting.json", "provenance.json", "requests.jsonl", "events.jsonl", "summary.json", "config.resolved.yaml",
      ])
    #expect(
      try run.files(for: .precomputed).map(\.name)
        == ["setting.json", "provenance.json", "requests.json", "summary.json"])
  }

  @Test func `the setting has all that the run was made of`() throws {
    let setting = try JSONValue.parsing(Self.file("setting.json"))
    #expect(try setting["experiment"].string == "endtoend" && setting["system"].string == "hydraserve")
    #expect(try setting["model_set"].string == "3" && setting["backend"].string == "hybrid")
    #expect(try setting["cv"].double == 4 && setting["requests_per_second"].double == 0.1)
    #expect(try setting["seeds"].array.map { try $0.int } == [1, 2])
    #expect(try setting["workload"].string == SyntheticTrace.generator)
    #expect(try setting["rules"].string == "published")
    #expect(try setting["input_hash"].string == EndToEndSamples.inputs().hash(of: EndToEndSamples.setting))
  }

  @Test func `every request of every seed has its line`() throws {
    let lines = try JSONValue.parsing(lines: Self.file("requests.jsonl"))
    let run = try EndToEndSamples.run()
    // By hand: 0.1 requests per second for an hour, twice.
    #expect(lines.count == 2 * 360)
    let records = run.seeds.flatMap { seed in seed.requests.map { (seed.summary.seed, $0) } }
    for (line, (seed, record)) in zip(lines, records) {
      let deployment = run.experiment.deployment.deployments[record.request.deployment]
      #expect(try line["seed"].int == Int(seed) && line["id"].int == record.request.id)
      #expect(try line["model"].string == deployment.name.description)
      #expect(try line["app"].string == deployment.application)
      #expect(try line["ttft_s"].double == record.timeToFirstToken?.inSeconds)
      #expect(try line["outcome"].string == "completed")
    }
    let events = try JSONValue.parsing(lines: Self.file("events.jsonl"))
    let allocated = try events.filter { try $0["event"].string == "request_allocated" }
    #expect(allocated.count >= 360, "the first seed's requests")
    #expect(events.count == run.log.events.count)
  }

  @Test func `the summary counts every seed and says what the seeds say together`() throws {
    let summary = try JSONValue.parsing(Self.file("summary.json"))
    let run = try EndToEndSamples.run()
    #expect(try summary["status"].string == "complete" && summary["source"].string == "simulated")
    #expect(try summary["seeds"].array.map { try $0["seed"].int } == [1, 2])
    let shares = run.seeds.map { Double($0.analysis.total.withinTTFT) / 360 * 100 }
    let all = try #require(try summary["attainment"].array.first)
    #expect(try all["requests"].string == "all")
    let ttft = try all["ttft_slo_attainment_pct"]
    #expect(try GoldenData.agree(ttft["mean"].double, (shares[0] + shares[1]) / 2))
    // Two values: s is their distance / √2, and t(0.975, 1) = 12.706 standard errors of s/√2.
    let distance = abs(shares[0] - shares[1])
    #expect(try GoldenData.agree(ttft["std"].double, distance / 2.squareRoot()))
    #expect(try GoldenData.agree(ttft["interval_95"].double, 12.706204736 * distance / 2))
    #expect(
      try summary["attainment"].array.map { try $0["requests"].string } == ["all", "chatbot", "code", "summarization"])
  }

  @Test func `the first seed stands there under the names of the load generator's fields, too`() throws {
    let summary = try JSONValue.parsing(Self.file("summary.json"))
    let first = try EndToEndSamples.run().seeds[0].analysis
    #expect(try summary["completed"].int == first.total.completed && summary["failed"].int == 0)
    #expect(try summary["p99_ttft_ms"].double == first.total.timeToFirstToken?.p99)
    #expect(try summary["request_goodput"].double == first.goodput)
  }

  @Test func `a precomputed summary holds what an own one does`() throws {
    let whole = try JSONDecoder().decode(EndToEndSummaryFile.self, from: Data(Self.file("summary.json").utf8))
    let text = try Self.file("summary.json", on: .precomputed)
    let compact = try JSONDecoder().decode(EndToEndSummaryFile.self, from: Data(text.utf8))
    #expect(compact.wholeSeeds == whole.seeds)
    #expect(compact.seeds.allSatisfy { $0.models.isEmpty } && !whole.seeds[0].models.isEmpty)
    #expect(compact.attainment == whole.attainment && compact.metrics == whole.metrics)
    #expect(text.split(separator: "\n").count == 1)
  }

  @Test func `the analysis of the stored requests is the stored summary`() throws {
    try ScratchFolder.with { folder in
      let run = try EndToEndSamples.run()
      let store = RecordStore(folder: folder.path)
      let deployments = run.experiment.deployment.deployments
      #expect(try store.reanalysed(EndToEndSamples.setting, deployments: deployments) == nil)
      try store.save(run, on: .precomputed)
      let stored = try #require(try store.endToEnd(EndToEndSamples.setting, on: .precomputed))
      #expect(try store.reanalysed(EndToEndSamples.setting, deployments: deployments) == stored.seeds[0])
      #expect(stored.seeds[0].models.contains { $0.costPerRequest ?? 0 > 0 })
    }
  }

  @Test func `requests that failed, were cancelled or lost survive the columns`() throws {
    let request = { Request(id: $0, deployment: 7 * $0, promptTokens: 10 * $0, outputTokens: $0) }
    var records = (1...4).map { RequestRecord(request: request($0), sentAt: Timestamp(nanoseconds: Int64($0) * 1_001)) }
    records[0].firstTokenAt = Timestamp(nanoseconds: 2_000)
    records[0].finishedAt = Timestamp(nanoseconds: 9_000)
    records[0].outcome = .completed
    records[1].outcome = .failed("No \"GPU\" left.")
    records[1].finishedAt = Timestamp(nanoseconds: 3_000)
    records[2].outcome = .cancelled
    records[2].firstTokenAt = Timestamp(nanoseconds: 4_000)
    records[2].metColdStart = true
    let text = try JSONText.lines([RequestColumns(records, seed: 5)])
    let columns = try JSONDecoder().decode(RequestColumns.self, from: Data(text.utf8))
    #expect(columns.records == records)
    #expect(columns.summary(deployments: []) == nil, "of another model set")
  }

  @Test(arguments: [
    ("[1]", "deployment"), ("[0,0,0]", "cold_start_ids"), ("[{\"id\":1,\"outcome\":\"eaten\"}]", "not_completed"),
    ("[{\"id\":9,\"outcome\":\"failed\",\"reason\":\"x\"}]", "not_completed"), ("[7]", "cold_start_ids"),
  ])
  func `columns that do not fit are refused`(value: String, key: String) throws {
    let text = """
      {"cold_start_ids":[],"cost":{"deployment":[],"gpu_memory_time_gb_s":[],"published_cost_per_request_gb_s":[]},"deployment":[],"e2e_ns":[],\
      "not_completed":[],"output_tokens":[],"prompt_tokens":[],"schema_version":1,"seed":1,"sent_delta_ns":[],\
      "ttft_ns":[]}
      """
    let good = try JSONDecoder().decode(RequestColumns.self, from: Data(text.utf8))
    #expect(good.records?.isEmpty == true)
    let bad = text.replacing("\"\(key)\":[]", with: "\"\(key)\":\(value)", maxReplacements: key == "deployment" ? 2 : 1)
    #expect(bad != text)
    #expect(try JSONDecoder().decode(RequestColumns.self, from: Data(bad.utf8)).records == nil)
  }

  @Test func `systems share one stored sample`() throws {
    try ScratchFolder.with { folder in
      let run = try EndToEndSamples.run()
      try RecordStore(folder: folder.path).save(run, on: .runs)
      let path = "runs/endtoend/workloads/cv4-rate0.1-seed1.jsonl"
      let written = try folder.text(path)
      let trace = try TraceFile(hydraserve: Array(written.utf8), path: path)
      let sent = run.seeds[0].requests
      #expect(trace.records.map(\.sendAt) == sent.map(\.sentAt))
      #expect(trace.records.map(\.promptTokens) == sent.map(\.request.promptTokens))
      let names = run.experiment.deployment.deployments.map(\.name.description)
      #expect(trace.records.map(\.model) == sent.map { names[$0.request.deployment] })

      // Another system leaves the file alone, unless it is not of the same draw.
      let marked = written + " "
      try folder.write(marked, to: path)
      try RecordStore(folder: folder.path).save(run, on: .runs)
      #expect(try folder.text(path) == marked)
      let otherSeed = written.replacing("\"seed\":1", with: "\"seed\":3", maxReplacements: 1)
      let last = try #require(written.split(separator: "\n").last)
      let lastModel = names[try #require(sent.last).request.deployment]
      let otherModels = written.replacing(last, with: last.replacing(lastModel, with: "another/model/0"))
      #expect(otherModels != written)
      for broken in ["", "{", otherSeed, otherModels] {
        try folder.write(broken, to: path)
        try RecordStore(folder: folder.path).save(run, on: .runs)
        #expect(try folder.text(path) == written)
      }
      #expect(try folder.names(in: "runs/endtoend/workloads") == ["cv4-rate0.1-seed1.jsonl"])
      try RecordStore(folder: folder.path).save(run, on: .precomputed)
      #expect(!folder.exists("precomputed/endtoend/workloads"))
    }
  }

  @Test func `the report defines every number that it prints`() throws {
    let text = try EndToEndSamples.run().report.text
    for definition in [MetricDefinition.ttft, .tpot, .ttftAttainment, .goodput, .unfinished, .totalCost, .percentiles] {
      #expect(text.contains(definition.meaning), "\(definition.name)")
    }
    #expect(text.contains("mean of 2 seeds") && text.contains(" ± "))
    let single = try EndToEndSamples.otherRun().report.text
    #expect(!single.contains("±"), "one seed says nothing about the spread")
    let all = try #require(single.split(separator: "\n").first { $0.hasPrefix("all ") })
    #expect(all.split(separator: " ").prefix(3) == ["all", "360", "360"], "\(all)")
  }
}
