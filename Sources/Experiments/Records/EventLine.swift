import ClusterSimulation
import Quantities
import Scheduling
import ServingModel

/// A line of `events.jsonl`: a decision of the control plane or a stage of a worker's cold start.
///
/// Lines have only the keys that their kind needs; times are seconds since the start of the run.
package struct EventLine: Decodable {
  package var event: String
  package var time: Double
  package var instance: Int?
  package var request: Int?
  package var model: String?
  package var pipelineSize: Int?
  var willConsolidate: Bool?
  package var nodes: [String]?
  package var gpus: [Int]?
  package var pods: [String]?
  var memoryGB: [Int]?
  package var heldGB: [Int]?
  var sizeGB: Double?
  var slo: Double?
  var waited: Double?
  var runningBefore: Int?
  var reason: String?
  var coldStartRequests: Int?
  var wasDeleted: Bool?
  var answer: String?
  package var stage: String?
  package var rank: Int?
  package var start: Double?
  package var end: Double?

  enum CodingKeys: String, CodingKey {
    case event, instance, request, model, nodes, gpus, pods, reason, answer, stage, rank
    case time = "t_s"
    case pipelineSize = "pipeline_size"
    case willConsolidate = "will_consolidate"
    case memoryGB = "memory_gb"
    case heldGB = "held_gb"
    case sizeGB = "size_gb"
    case slo = "slo_ms"
    case waited = "waited_s"
    case runningBefore = "running_before"
    case coldStartRequests = "cold_start_requests"
    case wasDeleted = "was_deleted"
    case start = "start_s"
    case end = "end_s"
  }

  /// The line of an event, with the names of models and nodes in place of their numbers.
  init(_ event: RunEvent, deployment: ServingDeployment) {
    switch event {
    case .stage(let interval):
      self.init("stage", interval.end)
      instance = interval.instance
      rank = interval.rank
      pods = [interval.pod]
      nodes = [deployment.backend.nodes[interval.node].name]
      stage = interval.stage.rawValue
      start = interval.start.inSeconds
      end = interval.end.inSeconds
    case .decision(let decision, let time):
      self.init(Self.name(of: decision), time)
      fill(decision, deployment)
    }
  }

  private init(_ event: String, _ time: Timestamp) {
    self.event = event
    self.time = time.inSeconds
  }

  private static func name(of decision: Decision) -> String {
    switch decision {
    case .instanceCreated: "instance_created"
    case .networkClaimed: "network_claimed"
    case .networkReleased: "network_released"
    case .podsRequested: "pods_requested"
    case .instanceReady: "instance_ready"
    case .instanceFailed: "instance_failed"
    case .costAdded: "cost_added"
    case .costRemoved: "cost_removed"
    case .requestAllocated: "request_allocated"
    case .instanceLoopStarted: "instance_loop_started"
    case .releaseStarted: "release_started"
    case .releaseFinished: "release_finished"
    case .consolidationStarted: "consolidation_started"
    case .restRequested: "rest_requested"
    case .networkClaimedExclusively: "network_claimed_exclusively"
    case .migrationRequested: "migration_requested"
    case .oldStageStopRequested: "old_stage_stop_requested"
    case .consolidationEnded: "consolidation_ended"
    case .cacheNoted: "cache_noted"
    case .cacheAnswered: "cache_answered"
    }
  }

  private mutating func fill(_ decision: Decision, _ deployment: ServingDeployment) {
    func name(_ index: DeploymentIndex) -> String { deployment.deployments[index].name.description }
    func names(_ indices: [Int]) -> [String] { indices.map { deployment.backend.nodes[$0].name } }
    switch decision {
    case .instanceCreated(let instance, let model, let pipelineSize, let willConsolidate):
      (self.instance, self.model) = (instance, name(model))
      (self.pipelineSize, self.willConsolidate) = (pipelineSize, willConsolidate)
    case .networkClaimed(let nodes, let sizeGB, let slo):
      (self.nodes, self.sizeGB, self.slo) = (names(nodes), sizeGB, slo)
    case .networkReleased(let nodes):
      self.nodes = names(nodes)
    case .podsRequested(let instance, let model, _, let claims):
      (self.instance, self.model) = (instance, name(model))
      (nodes, gpus, pods) = (names(claims.map(\.node)), claims.map(\.gpu), claims.map(\.podName))
      (memoryGB, heldGB) = (claims.map(\.askedGB), claims.map(\.heldGB))
    case .instanceReady(let instance, let model, let pods):
      (self.instance, self.model, self.pods) = (instance, name(model), pods)
    case .instanceFailed(let instance, let model, let reason):
      (self.instance, self.model, self.reason) = (instance, name(model), reason)
    case .costAdded(let model, let memoryGB), .costRemoved(let model, let memoryGB):
      (self.model, self.memoryGB) = (name(model), memoryGB)
    case .requestAllocated(let request, let instance, let waited, let pipelineSize, let runningBefore):
      (self.request, self.instance, self.waited) = (request, instance, waited.inSeconds)
      (self.pipelineSize, self.runningBefore) = (pipelineSize, runningBefore)
    case .instanceLoopStarted: break
    case .releaseStarted(let instance, let pods), .releaseFinished(let instance, let pods):
      (self.instance, self.pods) = (instance, pods)
    case .consolidationStarted(let instance, let pipelineSize, let memoryGB):
      (self.instance, self.pipelineSize, self.memoryGB) = (instance, pipelineSize, memoryGB)
    case .restRequested(let instance, let model, let pod, let rank, let pipelineSize, let node):
      (self.instance, self.model, pods, nodes) = (instance, name(model), [pod], names([node]))
      (self.rank, self.pipelineSize) = (rank, pipelineSize)
    case .networkClaimedExclusively(let nodes):
      self.nodes = names(nodes)
    case .migrationRequested(let instance, let pod, let requests):
      (self.instance, pods, coldStartRequests) = (instance, [pod], requests)
    case .oldStageStopRequested(let instance, let pod):
      (self.instance, pods) = (instance, [pod])
    case .consolidationEnded(let instance, let pipelineSize, let wasDeleted):
      (self.instance, self.pipelineSize, self.wasDeleted) = (instance, pipelineSize, wasDeleted)
    case .cacheNoted(let model, let node):
      (self.model, nodes) = (name(model), names([node]))
    case .cacheAnswered(let model, let node, let answer):
      (self.model, nodes, self.answer) = (name(model), names([node]), answer.rawValue)
    }
  }
}
