import PodEmulation

/// A live cluster whose pods are processes of this machine.
protocol ProcessCluster: ControlledCluster {
  /// How long a worker may take to end when it is told to.
  var endingPatience: Duration { get }

  /// Reports nothing and starts nothing any more.
  ///
  /// - Returns: the workers' processes that may still run.
  func stopStarting() -> [RunningPod]
}

extension ProcessCluster {
  /// None, as the published control plane gives its pods none.
  var endingPatience: Duration { .zero }

  func stop() -> @Sendable () async -> Void {
    let (workers, patience) = (stopStarting(), endingPatience)
    return {
      await withTaskGroup(of: Void.self) { group in
        for pod in workers { group.addTask { await pod.stop(patience: patience) } }
      }
    }
  }
}
