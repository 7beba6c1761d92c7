import Scheduling
import ServingModel

extension RunLog {
  /// GPU memory held × time held of each deployment, in GB·s, as the control plane billed it.
  ///
  /// What is still held when the run ends is billed up to that moment.
  ///
  /// - Parameter deploymentCount: how many deployments the run had.
  public func gpuMemoryTime(deploymentCount: Int) -> [Double] {
    var accounts = Array(repeating: CostAccount(), count: deploymentCount)
    for case .decision(let decision, let now) in events {
      switch decision {
      case .costAdded(let deployment, let memoryGB): accounts[deployment].add(memoryGB: memoryGB, at: now.inSeconds)
      case .costRemoved(let deployment, let memoryGB):
        accounts[deployment].remove(memoryGB: memoryGB, at: now.inSeconds)
      default: break
      }
    }
    return accounts.map { $0.cost(at: end.inSeconds) / 1000 }
  }
}
