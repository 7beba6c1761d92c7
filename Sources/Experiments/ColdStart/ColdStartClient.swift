import ClusterSimulation
import Quantities
import ServingModel

/// What one request of the cold-start client is for.
public enum ColdStartStep: Hashable, Sendable {
  /// ServerlessLLM's first request to each model, which nobody measures.
  case initialise
  /// A request that brings the model into host memory, before "with cached model" is measured.
  case warmHostMemory
  /// A request to another model, which evicts the measured one from host memory.
  case evict
  /// A measurement, numbered from 0.
  case measure(Int)
}

/// The client of the cold-start experiment: one request at a time, each after the pause that follows the answer before.
///
/// Every measurement starts from nothing: the pause is longer than the grace period, so the instance before has ended.
/// For ServerlessLLM another model is loaded before each measurement, so that the measured one is no longer in host
/// memory; "with cached model", the measured one is loaded once before instead.
///
/// - Source: the published measurement client's sequence of requests and pauses; the phases within a second are ours.
public struct ColdStartClient: LoadSource {
  /// One request to be sent and the pause after its answer.
  public struct Item: Hashable, Sendable {
    /// What the request is for.
    public let step: ColdStartStep
    /// The request.
    public let request: Request
    /// Pause between its answer and the next request.
    public let pause: Duration
  }

  /// All requests in order.
  public let items: [Item]
  private let beginning: Timestamp
  private let measurements: Int
  private var next = 0

  /// The client for a deployed system.
  ///
  /// - Throws: ``UsageError`` when ServerlessLLM has no other model to evict a measured one with.
  public init(deployment: ServingDeployment, parameters: Configuration.ColdStart) throws {
    self.beginning = parameters.begin
    self.measurements = parameters.measurements
    self.items = try Self.items(of: deployment, parameters)
  }

  private static func items(of deployment: ServingDeployment, _ parameters: Configuration.ColdStart) throws -> [Item] {
    let isServerlessLLM = deployment.system.gpuIsolation == .exclusive
    var items: [Item] = []
    func add(_ step: ColdStartStep, _ model: DeploymentIndex, pause: Duration) {
      let request = Request(
        id: items.count + 1, deployment: model, promptTokens: parameters.promptTokens,
        outputTokens: isServerlessLLM ? parameters.serverlessLLMOutputTokens : parameters.outputTokens)
      items.append(Item(step: step, request: request, pause: pause))
    }
    if isServerlessLLM {
      for model in 0..<deployment.measuredCount { add(.initialise, model, pause: .zero) }
    }
    for model in 0..<deployment.measuredCount {
      if deployment.system == .serverlessLLMWithCachedModel {
        add(.warmHostMemory, model, pause: parameters.pause)
      }
      for measurement in 0..<parameters.measurements {
        if deployment.system == .serverlessLLM {
          add(.evict, try evictingModel(for: model, in: deployment), pause: parameters.pause)
        }
        add(.measure(measurement), model, pause: parameters.pause)
      }
    }
    return items
  }

  private static func evictingModel(
    for model: DeploymentIndex, in deployment: ServingDeployment
  ) throws -> DeploymentIndex {
    let measured = deployment.deployments[model].name.model
    for candidate in deployment.backend.evictingModels where candidate != measured {
      if let index = deployment.deployments.firstIndex(where: { $0.name.model == candidate }) { return index }
    }
    throw UsageError(
      "Backend \(deployment.backend.name) names no model under `evicting_models` that could evict \(measured); add one."
    )
  }

  /// The first request.
  public mutating func begin() -> [ScheduledRequest] {
    send(at: beginning)
  }

  /// The request that follows an answer, after the pause.
  public mutating func requestEnded(_ record: RequestRecord, at now: Timestamp) -> [ScheduledRequest] {
    send(at: now + items[record.request.id - 1].pause)
  }

  private mutating func send(at time: Timestamp) -> [ScheduledRequest] {
    guard next < items.count else { return [] }
    defer { next += 1 }
    return [ScheduledRequest(request: items[next].request, sendAt: phased(items[next].step, notBefore: time))]
  }

  /// When a request is sent that may be sent from `time` on: measurements wait for their phase of a second.
  ///
  /// Control loops that poll once a second add a delay that depends on when, within a second, a request comes. Left to
  /// chance, the phases of a few measurements are close to each other or not; here measurement i of n comes at
  /// (i + ½)/n of a second, so together they see the loops' delays evenly.
  private func phased(_ step: ColdStartStep, notBefore time: Timestamp) -> Timestamp {
    guard case .measure(let number) = step else { return time }
    let second: Int64 = 1_000_000_000
    let phase = Int64((Double(number) + 0.5) / Double(measurements) * Double(second))
    let wait = ((phase - time.nanoseconds) % second + second) % second
    return Timestamp(nanoseconds: time.nanoseconds + wait)
  }
}
