import ClusterSimulation
import Experiments
import Quantities
import Scheduling
import ServingModel
import WorkloadGeneration

/// HydraServe on copies of the paper's end-to-end testbed side by side, with a load in proportion.
///
/// Each copy has 6 GPU servers with 24 GPUs and gets the paper's 0.6 requests a second. The models are those of the
/// end-to-end runs, each as often as needed. The control plane takes no time over its commands: the published one, a
/// single thread, is busy with a testbed and could not serve a hundred of them.
struct ScaledSystem {
  /// What a run did.
  struct Outcome {
    let events: Int
    let requests: Int
    let tokens: Int
    let instances: Int
    let seconds: Double
    /// Shares of the requests, 0...1.
    let coldStarts: Double
    let withinTTFT: Double
  }

  static let gpusPerCopy = 24
  static let nodesPerCopy = 6

  let cluster: SimulatedCluster
  let deployments: [ModelDeployment]
  let requestsPerSecond: Double

  init(copies: Int, models: Int, configuration: Configuration) throws {
    let setting = EndToEndSetting(system: .hydraServe, cv: 8, requestsPerSecond: 0.6)
    let testbed = try ServingDeployment(endToEnd: setting, configuration: configuration)
    let known = testbed.deployments
    deployments = (0..<models).map { index in
      let model = known[index % known.count]
      return ModelDeployment(
        name: ModelInstanceName(model: model.name.model, replica: index), schedulerSizeGB: model.schedulerSizeGB,
        weights: model.weights, slo: model.slo, application: model.application)
    }
    var cluster = testbed.simulatedCluster().repeated(copies)
    let knownModels = cluster.models
    cluster.models = (0..<models).map { knownModels[$0 % knownModels.count] }
    cluster.controlPlaneWork = nil
    self.cluster = cluster
    requestsPerSecond = setting.requestsPerSecond * Double(copies)
  }

  /// Draws that many requests and runs until all have ended and every instance after them.
  func run(requests count: Int) throws -> Outcome {
    let source = OpenLoop(try requests(count))
    let controlPlane = HydraServeControlPlane(
      nodes: cluster.nodes, deployments: deployments,
      configuration: HydraServeConfiguration(placement: SLOAwarePlacement()))
    var simulation = Simulation(cluster: cluster, controlPlane: controlPlane, source: source, keepsEvents: false)
    let log = simulation.run(settle: .seconds(120), limit: .seconds(1e9))
    precondition(simulation.heldMemoryGB == 0, "all GPU memory is free after every instance has ended")
    precondition(log.requests.count == count, "every request is sent")
    var coldStarts = 0
    var withinTTFT = 0
    for record in log.requests {
      precondition(record.outcome == .completed, "no request is lost")
      let objective = deployments[record.request.deployment].slo.timeToFirstToken
      coldStarts += record.metColdStart ? 1 : 0
      withinTTFT += record.timeToFirstToken.map { $0 <= objective } ?? false ? 1 : 0
    }
    return Outcome(
      events: log.handledEvents, requests: count, tokens: log.deliveredTokens, instances: simulation.instanceCount,
      seconds: log.end.inSeconds, coldStarts: Double(coldStarts) / Double(count),
      withinTTFT: Double(withinTTFT) / Double(count))
  }

  private func requests(_ count: Int) throws -> [ScheduledRequest] {
    let workload = try SkewedWorkload.generate(
      count: count, requestsPerSecond: requestsPerSecond, models: deployments.count, seed: 1)
    return workload.requests.enumerated().map { index, request in
      ScheduledRequest(
        request: Request(
          id: index + 1, deployment: request.deployment, promptTokens: request.promptTokens,
          outputTokens: request.outputTokens),
        sendAt: request.sendAt)
    }
  }
}
