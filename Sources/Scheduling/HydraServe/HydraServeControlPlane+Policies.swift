import Quantities
import ServingModel

/// What a policy that wraps HydraServe's control plane may ask of it beyond its events: instances ahead of their
/// requests, and a longer or shorter life of idle ones.
extension HydraServeControlPlane {
  /// How many more requests of a model its instances could take, those that still start included; negative when more
  /// wait than that.
  public func freePlaces(of deployment: DeploymentIndex) -> Int {
    let live = models[deployment].instances.filter { instances[$0].state != .deleted }
    return live.reduce(-models[deployment].queue.count) { $0 + capacity(of: $1) - instances[$1].running }
  }

  /// Starts an instance of a model before a request asks for one; the placement rule is the usual one.
  ///
  /// Nothing is started while another model waits for a place: a request that is there comes before one that is expected.
  public mutating func startAhead(
    of deployment: DeploymentIndex, at now: Timestamp, into output: inout ControlPlaneOutput
  ) {
    guard modelsWithoutCapacity.isEmpty else { return }
    // The published loop passes over the instance after a deleted one, and would start another in its place.
    models[deployment].instances.removeAll { instances[$0].state == .deleted }
    _ = startInstance(of: deployment, required: 1, waited: .zero, now, &output)
  }

  /// Sets how long an idle instance of a model stays from now on.
  ///
  /// What a period has beyond the configuration's is borrowed: when a model finds no place, an instance that stays on
  /// such time ends at once.
  ///
  /// - Precondition: the period is not negative.
  public mutating func setGracePeriod(_ period: Duration, of deployment: DeploymentIndex) {
    precondition(period >= .zero, "an idle instance stays for some time or none")
    models[deployment].gracePeriod = period
    shortestGracePeriod = min(shortestGracePeriod, period)
  }

  /// How long an idle instance of a model stays.
  public func gracePeriod(of deployment: DeploymentIndex) -> Duration {
    models[deployment].gracePeriod ?? configuration.gracePeriod
  }

  /// Ends an instance that stays only because its model's grace period is longer than the configuration's, so that a
  /// model without a place gets one: of those whose GPU would then have room for it, else of all, the one that has been
  /// idle longest. One ends at a time.
  mutating func reclaimIdleInstance(
    for deployment: DeploymentIndex, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    guard reclaimedInstance == nil else { return }
    let borrowed = idleForLater.filter { id in
      instances[id].state == .ready && instances[id].running == 0 && instances[id].consolidation == nil
        && now - instances[id].idleSince > configuration.gracePeriod
    }
    let needGB = PlacementQuery.memoryOfWholeModelGB(ofSizeGB: deployments[deployment].schedulerSizeGB)
    let fitting = borrowed.filter { id in
      instances[id].workers.contains { worker in
        let claim = claims[worker]
        return gpus.freeGB[claim.node][claim.gpu] + claim.heldGB >= needGB
      }
    }
    let candidates = fitting.isEmpty ? borrowed : fitting
    guard let oldest = candidates.min(by: { (instances[$0].idleSince, $0) < (instances[$1].idleSince, $1) }) else {
      return
    }
    reclaimedInstance = oldest
    markDeleted(oldest, billed: true, now, &output)
    release(oldest, &output)
  }
}
