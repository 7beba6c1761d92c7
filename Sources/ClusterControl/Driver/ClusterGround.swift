import NIOCore
import ServingModel

/// What a controller's instances run on once it is up: its storage runs, and a cluster can be made on it.
public protocol ClusterGround: Sendable {
  /// The GPU servers, in the order in which the control plane numbers them.
  var nodes: [GPUServer] { get }
  /// The deployed models.
  var deployments: [ModelDeployment] { get }
  /// The kubeconfig of the cluster, if it was made for this controller and people may want to look at it.
  var kubeconfig: String? { get }

  /// The cluster, with nothing running on it yet; it lives on the event loop.
  ///
  /// - Parameter report: takes what the cluster reports, on the event loop.
  func cluster(
    clock: LiveClock, eventLoop: any EventLoop, report: @escaping (ClusterReport) -> Void
  ) -> any ControlledCluster

  /// Ends everything that the end of the cluster leaves.
  func stop() async
}

extension ClusterGround {
  /// None: there is no cluster, or it has a kubeconfig of its own.
  public var kubeconfig: String? { nil }
}

/// A live cluster that a controller has started and ends.
public protocol ControlledCluster: LiveCluster {
  /// Reports nothing and starts nothing any more.
  ///
  /// - Returns: what ends the workers that may still run.
  func stop() -> @Sendable () async -> Void
}
