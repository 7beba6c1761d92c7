import Quantities
import Scheduling
import ServingModel

extension RunLog {
  /// GPU memory held × time held of each deployment, in GB·s: what placements asked for, from the order to create the
  /// pods until they are gone.
  ///
  /// What is still held when the run ends counts up to that moment.
  ///
  /// - Parameter deploymentCount: how many deployments the run had.
  /// - Returns: `nil` where requests were answered and nobody has told of decisions, so that nobody knows.
  public func gpuMemoryTime(deploymentCount: Int) -> [Double]? {
    guard requests.isEmpty || !events.isEmpty else { return nil }
    var sums = Array(repeating: 0.0, count: deploymentCount)
    var held: [String: (deployment: DeploymentIndex, memoryGB: Int, since: Timestamp)] = [:]
    for case .decision(let decision, let now) in events {
      switch decision {
      case .podsRequested(_, let deployment, _, let claims):
        for claim in claims { held[claim.podName] = (deployment, claim.askedGB, now) }
      case .releaseFinished(_, let pods):
        for pod in pods {
          guard let (deployment, memoryGB, since) = held.removeValue(forKey: pod) else { continue }
          sums[deployment] += Double(memoryGB) * (now - since).inSeconds
        }
      default: break
      }
    }
    for (_, (deployment, memoryGB, since)) in held.sorted(by: { $0.key < $1.key }) {
      sums[deployment] += Double(memoryGB) * (end - since).inSeconds
    }
    return sums
  }
}
