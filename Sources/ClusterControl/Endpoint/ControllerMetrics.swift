import Quantities
import Scheduling
import ServingModel
import WireProtocols

/// What `/metrics` tells of a controller, kept up to date by its events and decisions.
struct ControllerMetrics {
  private enum State: String, CaseIterable {
    case creating
    case initialising
    case ready
    case consolidating
  }

  private struct Instance {
    var state = State.creating
    var pods: Int
  }

  private let nodes: [GPUServer]
  private var open = 0
  private var placed: Set<RequestID> = []
  private var completed = 0
  private var failed = 0
  private var cancelled = 0
  private var retried = 0
  private var instances: [InstanceID: Instance] = [:]
  private var heldGB: [String: Int] = [:]
  private var fetches: [Int]
  private var timeToFirstToken = MetricHistogram(bounds: [0.1, 0.25, 0.5, 1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64])
  private var timePerOutputToken = MetricHistogram(bounds: [0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.3, 0.5, 1])

  init(nodes: [GPUServer]) {
    self.nodes = nodes
    fetches = Array(repeating: 0, count: nodes.count)
  }

  // MARK: Requests

  mutating func requestArrived() {
    open += 1
  }

  mutating func requestRetried() {
    retried += 1
  }

  mutating func firstToken(after span: Duration) {
    timeToFirstToken.record(span.inSeconds)
  }

  mutating func decoded(each span: Duration) {
    timePerOutputToken.record(span.inSeconds)
  }

  mutating func requestEnded(_ outcome: RequestOutcome, wasWaiting: Bool) {
    open -= 1
    switch outcome {
    case .completed: completed += 1
    case .cancelled: cancelled += 1
    case .failed, .unfinished: failed += 1
    }
  }

  // MARK: What happened and what was decided

  mutating func note(_ event: ControlPlaneEvent) {
    switch event {
    case .podsHaveAddresses(let instance): instances[instance]?.state = .initialising
    case .requestFinished(let id, _), .requestFailed(let id, _), .clientLeft(let id): placed.remove(id)
    default: break
    }
  }

  mutating func note(_ decision: Decision) {
    switch decision {
    case .podsRequested(let instance, _, _, let claims):
      instances[instance] = Instance(pods: claims.count)
      for claim in claims { heldGB[claim.podName] = claim.heldGB }
    case .instanceReady(let instance, _, let pods): instances[instance] = Instance(state: .ready, pods: pods.count)
    case .consolidationStarted(let instance, _, _): instances[instance]?.state = .consolidating
    case .consolidationEnded(let instance, _, let wasDeleted): if !wasDeleted { instances[instance]?.state = .ready }
    case .instanceFailed(let instance, _, _): instances[instance] = nil
    case .releaseStarted(let instance, let pods):
      instances[instance]?.pods -= pods.count
      if instances[instance]?.pods ?? 0 <= 0 { instances[instance] = nil }
    case .releaseFinished(_, let pods): for pod in pods { heldGB[pod] = nil }
    case .networkClaimed(let nodes, _, _): for node in nodes { fetches[node] += 1 }
    case .networkReleased(let nodes): for node in nodes { fetches[node] -= 1 }
    case .requestAllocated(let id, _, _, _, _): placed.insert(id)
    default: break
    }
  }

  /// How many pods hold GPU memory.
  var podCount: Int { heldGB.count }

  // MARK: Text

  /// The metrics as Prometheus reads them; times are those of the control plane's clock.
  var text: String {
    var text = PrometheusText()
    text.add(
      "hydraserve_queue_length", .gauge, help: "Requests that wait for an instance.",
      [
        .init(Double(max(open - placed.count, 0)))
      ])
    text.add("hydraserve_requests_running", .gauge, help: "Requests on instances.", [.init(Double(placed.count))])
    text.add(
      "hydraserve_requests_total", .counter, help: "Requests that have ended, by outcome.",
      [("completed", completed), ("failed", failed), ("cancelled", cancelled)].map {
        .init(Double($0.1), labels: [.init("outcome", $0.0)])
      })
    text.add(
      "hydraserve_requests_retried_total", .counter, help: "Times that a request was tried on another instance.",
      [.init(Double(retried))])
    text.add(
      "hydraserve_instances", .gauge, help: "Instances, by state; the first two are stages of a cold start.",
      State.allCases.map { state in
        .init(Double(instances.values.count { $0.state == state }), labels: [.init("state", state.rawValue)])
      })
    text.add(
      "hydraserve_gpu_memory_held_gb", .gauge, help: "GPU memory that pods hold, in GB.",
      [.init(Double(heldGB.values.reduce(0, +)))])
    text.add(
      "hydraserve_nic_share_gbps", .gauge, help: "Rate that each running fetch of a node may count on, in Gbit/s.",
      nodes.indices.map { node in
        .init(
          nodes[node].type.network.inGbps / Double(max(fetches[node], 1)), labels: [.init("node", nodes[node].name)])
      })
    text.add("hydraserve_ttft_seconds", help: "Request taken in to first token passed on.", timeToFirstToken)
    text.add("hydraserve_tpot_seconds", help: "Mean time of an output token after the first.", timePerOutputToken)
    return text.text
  }
}
