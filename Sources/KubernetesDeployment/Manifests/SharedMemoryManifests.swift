import KubernetesClient
import ServingModel

/// Jobs that make the shared memory of GPU nodes ready, as the published set-up does.
extension ManifestSettings {
  /// What is done to a node's shared memory.
  public enum SharedMemoryStep: Hashable, Sendable {
    /// Its limit is set to what is left beside the engines, so that the storage agent has room for models.
    case raise(gibibytes: Int)
    /// What engines and agents that were killed have left in it is removed.
    case clean

    /// The word in the names of its objects.
    var name: String {
      switch self {
      case .raise: "shm-limit"
      case .clean: "shm-clean"
      }
    }
  }

  /// The limit of a server's shared memory: nine tenths of its memory, without what its engines take.
  public static func sharedMemoryGB(of type: InstanceType) -> Int {
    type.hostMemoryGB * 9 / 10 - (type.gpuMemoryGB + 4) * type.gpuCount
  }

  /// A Job that does a step on a node, with the storage agent's image, which is there already.
  ///
  /// The limit is one of the node's mount, so setting it takes a privileged container; cleaning takes none.
  ///
  /// - Throws: `KubernetesError.badName`, ``DeploymentError/badNumber(what:value:allowed:)``.
  public func sharedMemoryJob(
    _ step: SharedMemoryStep, index: Int, node: String, deadlineSeconds: Int
  ) throws -> KubernetesObject {
    try ObjectNames.checkValue(node)
    var template = PodTemplate(app: "\(step.name)-\(index)", image: images.storageAgent)
    switch step {
    case .raise(let gibibytes):
      guard gibibytes > 0 else {
        throw DeploymentError.badNumber(what: "shared memory of \(node) in GiB", value: gibibytes, allowed: "from 1")
      }
      template.command = ["mount", "-o", "remount,size=\(gibibytes)G", "/dev/shm"]
      template.isPrivileged = true
    case .clean:
      // The names that the published images' shared memory has (Python's), and no others.
      template.command = ["/bin/sh", "-c", "rm -rf /dev/shm/psm_*"]
    }
    template.mounts = [PodTemplate.sharedMemory]
    template.usesHostIPC = true
    template.node = node
    template.restartPolicy = "Never"
    return try template.job(self, retries: 1, deadlineSeconds: deadlineSeconds)
  }
}
