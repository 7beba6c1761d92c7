import Experiments
import Quantities
import Scheduling
import ServingModel

/// A few requests to a deployed system, the same on the simulated and on the local cluster.
struct CrosscheckScenario {
  /// The name, as the command line and files have it.
  let name: String
  /// What it shows, in a few words.
  let shows: String
  /// What is deployed.
  let setting: any ExperimentSetting
  /// Who asks for what, and when.
  let requests: [ScheduledRequest]

  private static let chat = "modelscope/Llama-2-7b-chat-ms/0"
  private static let llama3 = "LLM-Research/Meta-Llama-3-8B-Instruct/0"
  /// The first request comes a little after the loops of the control plane have begun.
  private static let begin = 13.17

  /// A request by the name of its model.
  private struct Ask {
    let model: String
    let at: Double
    var promptTokens = 24
    var outputTokens = 32
  }

  /// All scenarios.
  ///
  /// - Throws: ``UsageError`` when a configuration has none of the models that they ask for.
  static func all(configuration: Configuration) throws -> [CrosscheckScenario] {
    try figure7(configuration) + contention(configuration) + endToEnd(configuration)
  }

  private static func figure7(_ configuration: Configuration) throws -> [CrosscheckScenario] {
    try ColdStartSetting.figure7Systems.map { system in
      var asks = [Ask(model: chat, at: begin, outputTokens: system.gpuIsolation == .exclusive ? 10 : 32)]
      if system == .serverlessLLMWithCachedModel { asks.append(Ask(model: chat, at: begin + 90, outputTokens: 10)) }
      return try scenario(
        "figure7-\(system.rawValue)", "a cold start of one model",
        ColdStartSetting(system: system, modelSet: "0", backend: "a10"), asks, configuration)
    }
  }

  private static func contention(_ configuration: Configuration) throws -> [CrosscheckScenario] {
    let setting = ColdStartSetting(system: .hydraServe, modelSet: "0", backend: "a10")
    let single = ColdStartSetting(system: .hydraServeWithSingleWorker, modelSet: "0", backend: "a10")
    let serverlessLLM = ColdStartSetting(system: .serverlessLLM, modelSet: "0", backend: "a10")
    return [
      try scenario(
        "eviction", "a model that has been evicted from host memory by another is fetched again", serverlessLLM,
        [chat, llama3, chat].enumerated().map {
          Ask(model: $1, at: begin + 80 * Double($0), outputTokens: 10)
        }, configuration),
      try scenario(
        "burst", "ten requests for one model within a second", setting,
        (0..<10).map { Ask(model: chat, at: begin + 0.1 * Double($0)) }, configuration),
      try scenario(
        "two-models", "two models whose fetches share NICs", setting,
        [Ask(model: chat, at: begin), Ask(model: llama3, at: begin + 0.5)], configuration),
      try scenario(
        "warm", "a second request meets the instance of the first", single,
        [Ask(model: chat, at: begin), Ask(model: chat, at: begin + 20)], configuration),
    ]
  }

  private static func endToEnd(_ configuration: Configuration) throws -> [CrosscheckScenario] {
    let hydraServe = EndToEndSetting(system: .hydraServe, cv: 8, requestsPerSecond: 0.6)
    let cached = EndToEndSetting(system: .hydraServeWithCache, cv: 8, requestsPerSecond: 0.6)
    let deployment = try hydraServe.deployment(configuration: configuration, rules: .published)
    func name(_ application: String) throws -> String {
      let model = "modelscope/Llama-2-7b-chat-ms"
      let found = deployment.deployments.first { $0.name.model == model && $0.application == application }
      guard let found else {
        throw UsageError(
          "Model set \(hydraServe.modelSet) has no \(model) for \(application); the cross-check needs it.")
      }
      return found.name.description
    }
    let (chatbot, summaries) = (try name("chatbot"), try name("summarization"))
    return [
      try scenario(
        "consolidation", "a pipeline comes to serve alone, with its requests' KV cache", hydraServe,
        (0..<10).map { Ask(model: chatbot, at: begin + 0.1 * Double($0), promptTokens: 100, outputTokens: 250) },
        configuration),
      try scenario(
        "cache", "the second start of a model is from host memory", cached,
        [Ask(model: summaries, at: begin), Ask(model: summaries, at: begin + 80)], configuration),
    ]
  }

  private static func scenario(
    _ name: String, _ shows: String, _ setting: any ExperimentSetting, _ asks: [Ask], _ configuration: Configuration
  ) throws -> CrosscheckScenario {
    let models = try setting.deployment(configuration: configuration, rules: .published).deployments.map {
      $0.name.description
    }
    let requests = try asks.enumerated().map { index, ask in
      guard let deployment = models.firstIndex(of: ask.model) else {
        throw UsageError("\(setting) has no model \(ask.model); the cross-check needs it.")
      }
      return ScheduledRequest(
        request: Request(
          id: index + 1, deployment: deployment, promptTokens: ask.promptTokens, outputTokens: ask.outputTokens),
        sendAt: .seconds(ask.at))
    }
    return CrosscheckScenario(name: name, shows: shows, setting: setting, requests: requests)
  }
}
