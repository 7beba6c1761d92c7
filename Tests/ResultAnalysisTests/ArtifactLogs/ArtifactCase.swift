import GoldenData
import ServingModel

@testable import ResultAnalysis

/// A case of the recorded analyses, with its logs read.
struct ArtifactCase: Sendable {
  let index: Int
  let directory: String
  let exitCode: Int
  /// The kind of exception with which the artifact's analysis ended; `nil` for none.
  let failure: String?
  let requestLog: ArtifactRequestLog
  let costInputs: ArtifactAnalysis.CostInputs?
  let sample: [Int]
  /// Whether the logs come from the requests that the analysis sampled.
  let isGeneratedFromSample: Bool
  let hasCostFile: Bool
  let hasTPOTFile: Bool
  let isTPOTFileIncomplete: Bool

  /// All cases; read once, as every test walks over them.
  static func all() throws -> [ArtifactCase] {
    try read.get()
  }

  private static let read = Result { try GoldenData.cases("analysis/cases.json").map(ArtifactCase.init) }

  private init(_ item: JSONValue) throws {
    index = try item["i"].int
    directory = try item["directory"].string
    exitCode = try item["exit_code"].int
    failure = try item["failure"].isNull ? nil : item["failure"].string
    let log = try item["request_log"].string
    requestLog = try ArtifactRequestLog(parsing: GoldenData.text("analysis/\(log)"), file: log)
    if try item["main_log"].isNull {
      costInputs = nil
    } else {
      let main = try item["main_log"].string
      let trace = try item["trace"].string
      costInputs = ArtifactAnalysis.CostInputs(
        mainLog: try ArtifactMainLog(parsing: GoldenData.text("analysis/\(main)"), file: main),
        trace: try ArtifactTrace(parsing: GoldenData.text("analysis/\(trace)"), file: trace),
        requestsPerSecond: try item["rate"].double)
    }
    sample = try item["sample_used_by_the_analyzer"].array.map { try $0.int }
    isGeneratedFromSample = try item["sample_used_by_the_generator"] == .string("same")
    hasCostFile = try item["cost_file"].bool
    hasTPOTFile = try item["tpot_file"].bool
    isTPOTFileIncomplete = try item["tpot_file_incomplete"].bool
  }

  /// The lines of a recorded file of the case.
  func lines(_ file: String) throws -> [String] {
    try GoldenData.text("analysis/\(directory)/\(file)").split(separator: "\n").map(String.init)
  }
}

/// The paper's model set 3: two sizes of a model in 64 replicas for each of three applications.
enum EndToEndModelSet {
  private static let applications: [(name: String, ttft: [Duration], tpot: [Duration])] = [
    ("chatbot", [.milliseconds(7500), .milliseconds(12000)], [.milliseconds(200), .milliseconds(200)]),
    ("code", [.milliseconds(7500), .milliseconds(12000)], [.milliseconds(84), .milliseconds(116)]),
    ("summarization", [.milliseconds(37500), .milliseconds(60000)], [.milliseconds(84), .milliseconds(116)]),
  ]

  static let deployments: [ModelDeployment] = applications.enumerated().flatMap { position, application in
    ["modelscope/Llama-2-7b-chat-ms", "modelscope/Llama-2-13b-chat-ms"].enumerated().flatMap { size, model in
      (0..<64).map { replica in
        ModelDeployment(
          name: ModelInstanceName(model: model, replica: position * 64 + replica),
          schedulerSizeGB: [13, 25][size], weights: .gigabytes([13.48, 26.03][size]),
          slo: SLO(timeToFirstToken: application.ttft[size], timePerOutputToken: application.tpot[size]),
          application: application.name)
      }
    }
  }
}
