/// What stands in the way of using a cluster.
public enum DeploymentError: Error, Equatable {
  /// No node carries GPUs, as far as its labels say.
  case noGPUNodes
  /// Nodes carry labels of both kinds.
  case bothLabels(first: String, second: String)
  /// Somebody else changes a node all the time.
  case contended(node: String, attempts: Int)
  /// Nothing was remembered, so nothing can be put back.
  case nothingToRestore
  /// A node is gone.
  case nodeGone(String)
  /// There are not enough nodes for the models.
  case tooFewStorageNodes(found: Int, needed: Int)
  /// No node is left that could be a server of a testbed.
  case noNode(type: String, needed: Int)
  /// Some nodes are emulated and some are not, or not in the same way.
  case mixedNodes(first: String, second: String)
  /// A number that no manifest may have.
  case badNumber(what: String, value: Int, allowed: String)
  /// The server is of a version that lacks something.
  case serverTooOld(version: String, needed: String)
  /// A Job of the run is not one of ours.
  case foreignJob(String)
  /// A Job has ended badly.
  case jobFailed(job: String, reason: String)
  /// Preparing ended badly on a node.
  case stepFailed(step: String, object: String, reason: String)
}

extension DeploymentError: CustomStringConvertible {
  /// One sentence: what happened, to which thing, and what to do next.
  public var description: String {
    switch self {
    case .noGPUNodes:
      "No node carries the label `\(GPUNode.serverLabel)`; label the nodes with GPUs with "
        + "`kubectl label nodes NAME \(GPUNode.serverLabel)=true`."
    case .bothLabels(let first, let second):
      "Node \(first) carries the isolation label of ACK and node \(second) the generic one; give --isolation ack or "
        + "--isolation generic."
    case .contended(let node, let attempts):
      "Node \(node) was changed by somebody else in each of \(attempts) attempts; try again when it is calm."
    case .nothingToRestore: "No node remembers a label from before; label-nodes has changed none here."
    case .nodeGone(let node): "Node \(node) is gone; look at the cluster and try again."
    case .tooFewStorageNodes(let found, let needed):
      "\(found) nodes are ready and not used for their GPUs; \(needed) are needed to hold models."
    case .noNode(let type, let needed):
      "There are fewer than \(needed) ready nodes of type \(type) with the label `\(GPUNode.serverLabel)`; see "
        + "`kubernetes-cluster preflight`."
    case .mixedNodes(let first, let second):
      "Nodes \(first) and \(second) are not emulated in the same way, or one is real; take nodes of one kind."
    case .badNumber(let what, let value, let allowed): "The \(what) is \(value); allowed: \(allowed)."
    case .serverTooOld(let version, let needed): "The server is Kubernetes \(version); needed: \(needed)."
    case .foreignJob(let job):
      "Job \(job) carries the label of this run and is none of ours; delete it or name another run with --run."
    case .jobFailed(let job, let reason): "Job \(job) failed: \(reason)."
    case .stepFailed(let step, let object, let reason): "\(step) failed: \(object): \(reason)."
    }
  }
}
