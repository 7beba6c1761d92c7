import KubernetesClient
import Scheduling
import ServingModel
import WireProtocols

/// The objects of a serving system: workers and storage servers, as the published images expect them.
extension ManifestSettings {
  /// The port of a worker's API.
  package static let workerPort = 8080
  /// The port of a storage agent.
  package static let agentPort = 6666
  /// The port of remote storage.
  package static let remotePort = 8888

  /// The Deployment of one worker.
  ///
  /// - Parameters:
  ///   - pod: what the worker is told and may use.
  ///   - node: the name of the node that it must run on.
  ///   - system: the system that it serves for, which decides whether it gets a slice of a GPU or a whole one.
  ///   - order: when it was ordered, for nodes that are emulated; `nil` for real ones.
  /// - Throws: `KubernetesError.badName`, ``DeploymentError/badNumber(what:value:allowed:)``.
  public func worker(
    _ pod: WorkerPodEnvironment, on node: String, for system: ServingSystem = .hydraServe, order: EmulatedOrder? = nil
  ) throws -> KubernetesObject {
    try ObjectNames.checkValue(node)
    guard pod.gpuMemoryGB >= 1 else {
      throw DeploymentError.badNumber(what: "GPU memory of \(pod.podName)", value: pod.gpuMemoryGB, allowed: "from 1")
    }
    var template = PodTemplate(app: pod.podName, image: images.worker)
    template.variables = pod.variables
    template.port = Self.workerPort
    template.limits = [
      system.gpuIsolation == .shared
        ? (GPUNode.sharedResource, "\(pod.gpuMemoryGB)") : (GPUNode.exclusiveResource, "1"),
      ("memory", "\(pod.hostMemoryGB)Gi"),
    ]
    template.mounts = [PodTemplate.sharedMemory, PodTemplate.models(self)]
    template.usesHostIPC = true
    template.node = node
    template.labels = [.init(OwnLabels.systemKey, .string(system.publishedWorkers.rawValue))]
    if let order { template.annotations = [.init(EmulatedOrder.key, .string(order.text))] }
    return try template.deployment(self)
  }

  /// The Deployment of a storage server.
  ///
  /// - Parameters:
  ///   - storage: its name, node and variables.
  ///   - isAgent: whether it is the agent of a GPU node, which shares memory with workers, or remote storage.
  /// - Throws: `KubernetesError.badName`.
  public func storage(_ storage: StorageDeployment, isAgent: Bool) throws -> KubernetesObject {
    try ObjectNames.checkValue(storage.node)
    var template = PodTemplate(app: storage.name, image: isAgent ? images.storageAgent : images.storageServer)
    template.variables = storage.variables
    template.port = isAgent ? Self.agentPort : Self.remotePort
    if let memory = storage.memoryLimitGB { template.limits = [("memory", "\(memory)Gi")] }
    template.mounts = isAgent ? [PodTemplate.sharedMemory, PodTemplate.models(self)] : [PodTemplate.models(self)]
    template.usesHostIPC = isAgent
    template.node = storage.node
    return try template.deployment(self)
  }
}
