import Quantities
import ServingModel

@testable import Scheduling

/// A ServerlessLLM control plane under events made by hand: it keeps the timers that were set and lets them go off in
/// order, and writes down what was commanded and decided when.
struct ServerlessLLMDriver {
  var plane: ServerlessLLMControlPlane
  private(set) var commands: [(time: Timestamp, command: Command)] = []
  private(set) var decisions: [(time: Timestamp, decision: Decision)] = []
  private var timers: [(time: Timestamp, timer: ControlPlaneTimer)] = []

  /// A control plane that has been told of the start, at 0 s.
  ///
  /// - Parameters:
  ///   - nodeGPUs: how many GPUs of 24 GB each node has.
  ///   - models: the size of each model in GB.
  ///   - poolGB: host memory of each node for models.
  init(nodeGPUs: [Int] = [4], models: [Double] = [10], poolGB: Double = 15, gbps: [Double] = []) {
    let nodes = nodeGPUs.enumerated().map { index, gpus in
      GPUServer(
        name: "node-\(index)",
        type: InstanceType(
          name: "test", gpuType: GPUType("a10"), gpuCount: gpus, gpuMemoryGB: 24,
          network: .gbps(gbps.isEmpty ? 16 : gbps[index]), hostMemoryGB: 188, virtualCPUs: 32))
    }
    let deployments = models.enumerated().map { index, size in
      ModelDeployment(
        name: ModelInstanceName(model: "model-\(index)", replica: 0), schedulerSizeGB: Int(size),
        weights: .gigabytes(size), slo: SLO(timeToFirstToken: .seconds(9), timePerOutputToken: .milliseconds(200)))
    }
    plane = ServerlessLLMControlPlane(
      nodes: nodes, deployments: deployments,
      configuration: ServerlessLLMConfiguration(
        workerNodes: nodes.count, hostPool: Array(repeating: .gigabytes(poolGB), count: nodes.count)))
    handle(.started, at: .zero)
  }

  /// Reports an event at a moment, after the timers that go off up to then.
  mutating func send(_ event: ControlPlaneEvent, at second: Double) {
    advance(to: second)
    handle(event, at: .seconds(second))
  }

  /// Requests that arrive at the same moment.
  mutating func arrive(_ requests: ClosedRange<RequestID>, model: DeploymentIndex = 0, at second: Double) {
    for request in requests { send(.requestArrived(request, deployment: model), at: second) }
  }

  /// Lets the timers up to a moment, that moment included, go off.
  mutating func advance(to second: Double) {
    while let next = timers.indices.min(by: { timers[$0].time < timers[$1].time }),
      timers[next].time <= .seconds(second)
    {
      let due = timers.remove(at: next)
      handle(.timer(due.timer), at: due.time)
    }
  }

  private mutating func handle(_ event: ControlPlaneEvent, at now: Timestamp) {
    var output = ControlPlaneOutput()
    plane.handle(event, at: now, into: &output)
    for command in output.commands {
      if case .setTimer(let timer, let time) = command { timers.append((time, timer)) }
      commands.append((now, command))
    }
    decisions += output.decisions.map { (now, $0) }
  }

  /// When timers of a kind were set to go off.
  func timerTimes(_ wanted: ControlPlaneTimer) -> [Double] {
    commands.compactMap { if case .setTimer(wanted, let time) = $0.command { time.inSeconds } else { nil } }
  }

  /// When each instance's pods were ordered, where, and what its weights come from.
  var starts: [Start] {
    commands.compactMap { time, command in
      guard case .createPods(let instance, let model, let workers) = command else { return nil }
      return Start(
        second: time.inSeconds, instance: instance, model: model, node: workers[0].claim.node,
        source: workers[0].source)
    }
  }

  struct Start: Equatable {
    var second: Double
    var instance: InstanceID
    var model: DeploymentIndex = 0
    var node: Int = 0
    var source: WeightSource = .remoteStorage
  }

  /// Which request was handed to which instance, and when.
  var forwarded: [Forward] {
    commands.compactMap { time, command in
      guard case .forward(let request, let instance) = command else { return nil }
      return Forward(second: time.inSeconds, request: request, instance: instance)
    }
  }

  struct Forward: Equatable {
    let second: Double
    let request: RequestID
    let instance: InstanceID
  }

  /// When each instance's pods were ordered to be deleted.
  var deletions: [Deletion] {
    commands.compactMap { time, command in
      guard case .deletePods(let instance, workers: _) = command else { return nil }
      return Deletion(second: time.inSeconds, instance: instance)
    }
  }

  struct Deletion: Equatable {
    let second: Double
    let instance: InstanceID
  }

  /// Requests that were answered with an error.
  var errors: [RequestID] {
    commands.compactMap { if case .answerWithError(let request, _) = $0.command { request } else { nil } }
  }
}
