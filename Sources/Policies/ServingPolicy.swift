import Scheduling
import ServingModel

/// A serving policy of one's own: a name, and the control plane behind it.
///
/// It is run on the same clusters, by the same programs and under the same workload as the paper's systems, and drawn
/// beside them.
public protocol ServingPolicy: Sendable {
  /// The name on command lines, in folders and in CSV files: up to 40 lower-case letters, digits and hyphens, a letter
  /// first and no hyphen last, and no name of another policy or of a system of the paper.
  var name: String { get }
  /// What figures and tables print.
  var label: String { get }
  /// How the nodes must be labelled: for pods that share GPUs, or for pods that have whole ones.
  var gpuIsolation: GPUIsolation { get }
  /// Whose workers it starts.
  var workers: OwnSystem.Workers { get }
  /// Whether fetched models stay in host memory, to be asked for with ``Command/askCache(deployment:node:)``.
  var usesHostMemoryCache: Bool { get }
  /// Whether time must stand still while it decides, which it does on the simulated cluster only.
  var needsVirtualTime: Bool { get }
  /// What a result depends on besides the program, which is part of every result's identity: for a policy outside of it,
  /// its command and files.
  var fingerprint: String { get }

  /// The control plane for a deployment, with nothing running.
  ///
  /// It is asked for anew for each run, so that no run knows of another.
  func controlPlane(for settings: PolicySettings) -> any ControlPlane
}

extension ServingPolicy {
  /// Shared, as HydraServe's.
  public var gpuIsolation: GPUIsolation { .shared }
  /// HydraServe's.
  public var workers: OwnSystem.Workers { .hydraServe }
  /// They do not.
  public var usesHostMemoryCache: Bool { false }
  /// It need not.
  public var needsVirtualTime: Bool { false }
  /// Nothing: the policy is part of the program.
  public var fingerprint: String { "" }

  /// The policy as records and figures know it.
  public var system: ServingSystem {
    .own(
      OwnSystem(
        name: name, label: label, gpuIsolation: gpuIsolation, workers: workers,
        usesHostMemoryCache: usesHostMemoryCache))
  }
}

/// What a policy's control plane is made from.
public struct PolicySettings: Sendable {
  /// The GPU servers, in the order in which placement rules see them.
  public let nodes: [GPUServer]
  /// The models that may be asked for, with their objectives.
  public let deployments: [ModelDeployment]
  /// The most workers that an instance may have.
  public let maxPipelineSize: Int
  /// What HydraServe would use here: placement rule, grace period, rules of the scheduler and the rest.
  public let hydraServe: HydraServeConfiguration

  /// The settings of a deployment.
  public init(
    nodes: [GPUServer], deployments: [ModelDeployment], maxPipelineSize: Int, hydraServe: HydraServeConfiguration
  ) {
    self.nodes = nodes
    self.deployments = deployments
    self.maxPipelineSize = maxPipelineSize
    self.hydraServe = hydraServe
  }

  /// HydraServe's control plane with what a policy changes of it.
  public func hydraServe(
    changing change: (inout HydraServeConfiguration) -> Void = { _ in }
  ) -> HydraServeControlPlane {
    var configuration = hydraServe
    change(&configuration)
    return HydraServeControlPlane(nodes: nodes, deployments: deployments, configuration: configuration)
  }
}
