import PodEmulation

/// A live cluster whose pods are processes of this machine; its controller ends them.
protocol ProcessCluster: LiveCluster {
  /// How long a worker may take to end when it is told to.
  var endingPatience: Duration { get }

  /// Reports nothing and starts nothing any more.
  ///
  /// - Returns: the workers' processes that may still run.
  func stop() -> [RunningPod]
}

extension ProcessCluster {
  /// None, as the published control plane gives its pods none.
  var endingPatience: Duration { .zero }
}
