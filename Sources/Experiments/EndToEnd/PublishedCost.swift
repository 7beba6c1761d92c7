import ClusterSimulation
import Quantities
import ResultAnalysis
import Scheduling
import ServingModel

/// The cost of each model per request as the published analysis computes it from logs (paper, Figure 13-b).
///
/// It differs from GPU memory held × time held: see ``InstanceUse/gigabyteSeconds``. Figures that compare with the paper
/// use it, since the paper's numbers were computed so.
struct PublishedCost {
  private var uses: [InstanceID: InstanceUse] = [:]
  private var deploymentOf: [InstanceID: DeploymentIndex] = [:]
  private var order: [InstanceID] = []
  private var createdAt: [InstanceID: Timestamp] = [:]
  private var podMemoryGB: [String: Double] = [:]
  private var leftPipeline: Set<InstanceID> = []
  private var consolidatesSince: [InstanceID: Timestamp] = [:]

  /// The cost of each deployment divided by its allocated requests, in GB·s; `nil` where nothing was allocated.
  static func perRequest(log: RunLog, deploymentCount: Int) -> [Double?] {
    var cost = PublishedCost()
    var endedAt: [RequestID: Double] = [:]
    for record in log.requests { endedAt[record.request.id] = record.finishedAt?.inSeconds }
    for case .decision(let decision, let now) in log.events { cost.note(decision, at: now, endedAt: endedAt) }
    var sums = Array(repeating: (cost: 0.0, allocations: 0), count: deploymentCount)
    for instance in cost.order {
      guard let use = cost.uses[instance], let deployment = cost.deploymentOf[instance] else { continue }
      sums[deployment].cost += use.gigabyteSeconds
      sums[deployment].allocations += use.allocatedAt.count
    }
    return sums.map { $0.allocations > 0 ? $0.cost / Double($0.allocations) : nil }
  }

  private mutating func note(_ decision: Decision, at now: Timestamp, endedAt: [RequestID: Double]) {
    switch decision {
    case .instanceCreated(let instance, let deployment, _, _):
      createdAt[instance] = now
      deploymentOf[instance] = deployment
    case .podsRequested(_, _, _, let claims):
      for claim in claims { podMemoryGB[claim.podName] = Double(claim.askedGB) }
    case .instanceReady(let instance, _, let pods):
      becomeReady(instance, pods: pods, at: now)
    case .requestAllocated(let request, let instance, _, _, _):
      uses[instance]?.allocatedAt.append(now.inSeconds)
      uses[instance]?.endedAt.append(endedAt[request] ?? now.inSeconds)
    case .oldStageStopRequested(let instance, _): leftPipeline.insert(instance)
    case .consolidationStarted(let instance, _, _):
      consolidatesSince[instance] = now
    case .releaseStarted(let instance, _), .consolidationEnded(let instance, _, _):
      // The first worker serves alone when the surplus ones are let go, or at the end if there are none.
      guard let since = consolidatesSince.removeValue(forKey: instance) else { return }
      uses[instance]?.consolidationSeconds = (now - since).inSeconds
    default: break
    }
  }

  private mutating func becomeReady(_ instance: InstanceID, pods: [String], at now: Timestamp) {
    // A worker that has left its pipeline was created with it, so as an instance it took no time.
    let stages = pods.compactMap { podMemoryGB[$0] }
    guard let createdAt = createdAt[instance], !stages.isEmpty else { return }
    let creation = leftPipeline.contains(instance) ? 0 : (now - createdAt).inSeconds
    uses[instance] = InstanceUse(creationSeconds: creation, stagesGB: stages)
    order.append(instance)
  }
}
