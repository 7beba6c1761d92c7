import Quantities
import ServingModel

/// The published analysis of the published logs, number by number, its defects included.
///
/// It exists so that old runs give the numbers that their authors saw; `RunSummary` is the analysis to use. What it
/// does differently from ours, on purpose:
/// - The means are over result lines, repeated ones and TPOT = −1 included; missing answers do not enter.
/// - A missing answer counts as a TTFT of 999 s and a TPOT of 0 with 0 tokens: it misses the TTFT SLO, meets the TPOT
///   SLO, and takes one token off the TPOT average. The last request is never found missing.
/// - Missing answers are looked for only when there are fewer result lines than requests, so that a repeated line
///   hides one; requests after a hole at the end are not counted.
/// - Cost combines waiting times of the run with arrival times of a sample drawn anew; see `ArtifactSample`.
/// - It stops where an average is undefined; `failure` says so, and `output` ends there.
public struct ArtifactAnalysis: Hashable, Sendable {
  /// What the cost part needs besides the request log.
  public struct CostInputs: Hashable, Sendable {
    /// The control plane's log.
    public let mainLog: ArtifactMainLog
    /// The day's arrivals.
    public let trace: ArtifactTrace
    /// The request rate of the run.
    public let requestsPerSecond: Double

    /// The inputs.
    public init(mainLog: ArtifactMainLog, trace: ArtifactTrace, requestsPerSecond: Double) {
      self.mainLog = mainLog
      self.trace = trace
      self.requestsPerSecond = requestsPerSecond
    }
  }

  /// A number of one model.
  public struct ModelValue: Hashable, Sendable {
    /// The application that the model serves.
    public let application: String
    /// The model.
    public let name: ModelInstanceName
    /// The number.
    public let value: Double

    /// The line of the published files: application, model and number.
    public var line: String { "\(application),\(name),\(value)" }
  }

  /// The lines that the published analysis prints (`result.res`), up to where it stops.
  public internal(set) var output: [String] = []
  /// Cost per request of each model in GB·s (`result.cost`), by application, model and replica; `nil` if not reached.
  public internal(set) var costs: [ModelValue]?
  /// Mean TPOT of each model in milliseconds (`result.tpot`), in the same order; cut off where a model has none.
  public internal(set) var meanTPOTs: [ModelValue]?
  /// Why the published analysis stops before its end; `nil` when it does not.
  public private(set) var failure: ArtifactLogError?

  /// Analyses a run.
  ///
  /// - Parameters:
  ///   - requests: the request generator's log.
  ///   - costInputs: what the cost part needs; without it that part is left out, as there.
  ///   - deployments: the run's model set, each with an application; the applications are reported in its order.
  public init(requests: ArtifactRequestLog, costInputs: CostInputs?, deployments: [ModelDeployment]) {
    let models = ArtifactModels(deployments)
    do throws(ArtifactLogError) {
      let answers = try analyseRequests(requests, models: models)
      if let costInputs { try analyseCosts(costInputs, requests: requests, answers: answers, models: models) }
    } catch {
      failure = error
    }
  }
}

/// The deployments by name, with their applications by position.
struct ArtifactModels {
  let deployments: [ModelDeployment]
  let applications: [String]
  private let byName: [String: (deployment: Int, application: Int)]

  init(_ deployments: [ModelDeployment]) {
    let applications = namedApplications(of: deployments)
    var byName: [String: (deployment: Int, application: Int)] = [:]
    for (index, deployment) in deployments.enumerated() {
      guard let application = applications.firstIndex(where: { $0 == deployment.application }) else { continue }
      byName[deployment.name.description] = (index, application)
    }
    self.deployments = deployments
    self.applications = applications
    self.byName = byName
  }

  /// The position of a model among the deployments, and of its application; `nil` for a model of another set.
  func find(_ name: String) -> (deployment: Int, application: Int)? {
    byName[name]
  }
}

/// The answers that the published analysis computes with: one for each request, missing ones made up.
struct ArtifactAnswers {
  /// By request number; looked up, never walked over.
  var byRequest: [Int: ArtifactRequestLog.Result] = [:]
  /// How many answers each application has, in the order of the applications.
  var perApplication: [Int] = []
}

extension ArtifactAnalysis {
  private mutating func analyseRequests(
    _ log: ArtifactRequestLog, models: ArtifactModels
  ) throws(ArtifactLogError) -> ArtifactAnswers {
    let results = log.results
    guard !results.isEmpty else { throw .noResults(file: log.file, lines: log.lineCount) }
    output.append("AVG TTFT = \(results.reduce(0) { $0 + $1.ttftSeconds } / Double(results.count))")
    let tokens = results.reduce(0) { $0 + $1.tokens }
    guard tokens != 0 else { throw .noTokens(file: log.file) }
    output.append("AVG TPOT = \(results.reduce(0) { $0 + $1.tpotMilliseconds * Double($1.tokens) } / Double(tokens))")

    var answers = ArtifactAnswers()
    for result in results { answers.byRequest[result.request] = result }
    try addMissing(to: &answers, log: log)
    let violations = countViolations(in: &answers, models: models)
    output.append("Num Request = \(answers.byRequest.count)")
    for (index, application) in models.applications.enumerated() {
      let count = answers.perApplication[index]
      guard count > 0 else { throw .applicationWithoutRequests(file: log.file, application: application) }
      output.append(
        "Task \(application) ttft vio = \(violations.ttft[index]), tpot vio = \(violations.tpot[index]), "
          + "ttft attain = \(attainment(violations.ttft[index], of: count)), "
          + "tpot attain = \(attainment(violations.tpot[index], of: count))")
    }
    let count = answers.perApplication.reduce(0, +)
    let ttft = violations.ttft.reduce(0, +)
    let tpot = violations.tpot.reduce(0, +)
    output.append("total ttft violation = \(ttft), attainment = \(attainment(ttft, of: count))")
    output.append("total tpot violation = \(tpot), attainment = \(attainment(tpot, of: count))")
    return answers
  }

  /// Makes up the answers that are missing, except one of the last request.
  private mutating func addMissing(
    to answers: inout ArtifactAnswers, log: ArtifactRequestLog
  ) throws(ArtifactLogError) {
    let last = log.sent.map(\.request).max() ?? 0
    guard log.results.count < last else { return }
    output.append("There are \(last - log.results.count) requests do not have results. Assume very large TTFT.")
    var sent: [Int: ArtifactRequestLog.Sent] = [:]
    for request in log.sent { sent[request.request] = request }
    for request in 1..<last where answers.byRequest[request] == nil {
      guard let missing = sent[request] else {
        output.append("Error: id \(request) not in generation dict and result dict.")
        throw .unknownLostRequest(file: log.file, request: request)
      }
      answers.byRequest[request] = ArtifactRequestLog.Result(
        request: request, ttftSeconds: 999, tpotMilliseconds: 0, tokens: 0, model: missing.model, line: missing.line)
    }
  }

  private mutating func countViolations(
    in answers: inout ArtifactAnswers, models: ArtifactModels
  ) -> (ttft: [Int], tpot: [Int]) {
    let zeros = Array(repeating: 0, count: models.applications.count)
    answers.perApplication = zeros
    var violations = (ttft: zeros, tpot: zeros)
    for request in 1..<(answers.byRequest.count + 1) {
      guard let answer = answers.byRequest[request] else {
        output.append("Error: cannot find result for index \(request)")
        continue
      }
      guard let (deployment, application) = models.find(answer.model) else {
        output.append("Error: index \(request) has model id \(answer.model) which is not in model_task_type")
        continue
      }
      let slo = models.deployments[deployment].slo
      answers.perApplication[application] += 1
      violations.ttft[application] += answer.ttftSeconds > slo.timeToFirstToken.inSeconds ? 1 : 0
      violations.tpot[application] += answer.tpotMilliseconds > slo.timePerOutputToken.inMilliseconds ? 1 : 0
    }
    return violations
  }

  private func attainment(_ violations: Int, of count: Int) -> String {
    oneDecimal(100 * (1 - Double(violations) / Double(count)))
  }
}

/// A number from 0 to a million with one digit after the point, rounded as C's `%.1f` does: by the exact value of the
/// binary number, halves to the even digit.
func oneDecimal(_ value: Double) -> String {
  let product = value * 10
  // The product is rounded; this is what the rounding took away.
  let error = (-product).addingProduct(value, 10)
  let below = product.rounded(.down)
  let fraction = product - below
  let isOver = fraction > 0.5 || (fraction == 0.5 && (error > 0 || (error == 0 && Int(below) % 2 == 1)))
  let tenths = Int(below) + (isOver ? 1 : 0)
  return "\(tenths / 10).\(tenths % 10)"
}
