import Quantities
import ServingModel
import WireProtocols

/// A machine of the emulated cluster.
public struct EmulatedNode: Hashable, Sendable {
  /// How a node offers its GPUs.
  public enum GPUMode: Hashable, Sendable {
    /// Whole GPUs, as `nvidia.com/gpu`.
    case exclusive
    /// GPU memory in GiB, as `aliyun.com/gpu-mem`.
    case shared

    /// The mode that a node's labels ask for; `nil` where they ask for none, which changes nothing.
    init?(labels node: KubernetesObject) {
      switch (node.label(EmulatedNode.providerLabel), node.label(EmulatedNode.genericLabel)) {
      case ("cgpu", _), ("share", _): self = .shared
      case ("default", _): self = .exclusive
      case (_, "true"): self = .shared
      case (_, "false"): self = .exclusive
      default: return nil
      }
    }
  }

  static let providerLabel = "ack.node.gpu.schedule"
  static let genericLabel = "gpushare"

  /// The host name.
  public let name: String
  /// The provider's name of the type of machine.
  public let instanceType: String
  /// The kind of its GPUs; `nil` for a machine without.
  public let gpuType: String?
  /// How many GPUs it has.
  public let gpuCount: Int
  /// The memory of one GPU, in GiB.
  public let gpuMemory: Int
  /// Host memory, in GB.
  public let memoryGB: Int
  /// Virtual CPUs.
  public let virtualCPUs: Int
  /// The rate of its network interface.
  public let network: Bandwidth
  /// How it offers its GPUs at first.
  public var mode = GPUMode.exclusive
  /// Whether it says so by the provider's label; by the generic one if not.
  public var usesProviderLabel = true

  /// A server with GPUs.
  public init(_ server: GPUServer) {
    name = server.name
    instanceType = server.type.name
    gpuType = server.type.gpuType.name
    gpuCount = server.type.gpuCount
    gpuMemory = server.type.gpuMemoryGB
    memoryGB = server.type.hostMemoryGB
    virtualCPUs = server.type.virtualCPUs
    network = server.type.network
  }

  /// A storage server, which has no GPUs.
  public init(_ server: StorageServer, instanceType: String, memoryGB: Int = 128, virtualCPUs: Int = 64) {
    name = server.name
    self.instanceType = instanceType
    gpuType = nil
    gpuCount = 0
    gpuMemory = 0
    self.memoryGB = memoryGB
    self.virtualCPUs = virtualCPUs
    network = server.network
  }

  /// What its GPUs come to in a mode.
  func gpuResources(_ mode: GPUMode) -> [(String, Int)] {
    guard gpuCount > 0 else { return [] }
    let isShared = mode == .shared
    return [
      (NodeState.gpuMemory, isShared ? gpuCount * gpuMemory : 0), ("nvidia.com/gpu", isShared ? 0 : gpuCount),
    ]
  }

  private var labels: [(String, String)] {
    var labels = [
      ("beta.kubernetes.io/arch", "amd64"), ("beta.kubernetes.io/os", "linux"), ("kubernetes.io/arch", "amd64"),
      ("kubernetes.io/hostname", name), ("kubernetes.io/os", "linux"),
      ("node.kubernetes.io/instance-type", instanceType),
    ]
    guard let gpuType else { return labels }
    labels += [("gpu_server", gpuType), (NodeState.gpuCountLabel, "\(gpuCount)")]
    labels.append(
      usesProviderLabel
        ? (Self.providerLabel, mode == .shared ? "cgpu" : "default")
        : (Self.genericLabel, mode == .shared ? "true" : "false"))
    return labels
  }

  /// The object that stands for it.
  ///
  /// - Parameters:
  ///   - scales: how many times faster than reality its pods are, and by how much there is less of all bytes; so says the
  ///     node in annotations, so that nobody takes its numbers for measured ones.
  ///   - images: the images that it says it has.
  func node(
    address: String, version: APIVersion, at time: String, scales: (time: Double, bytes: Double), images: [String]
  ) -> JSON {
    let resources: [(String, String)] =
      [("cpu", "\(virtualCPUs)"), ("memory", "\(memoryGB * 1_000_000)k"), ("pods", "110")]
      + gpuResources(mode).map { ($0.0, "\($0.1)") }
    let conditions = [
      ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
      ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
      ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
      ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
    ].map { type, status, reason, message -> JSON in
      [
        "type": .string(type), "status": .string(status), "lastHeartbeatTime": .string(time),
        "lastTransitionTime": .string(time), "reason": .string(reason), "message": .string(message),
      ]
    }
    return [
      "metadata": [
        "name": .string(name), "labels": JSON(texts: labels),
        "annotations": [
          "hydraserve-repro/emulated-time-scale": .string("\(scales.time)"),
          "hydraserve-repro/emulated-byte-scale": .string("\(scales.bytes)"),
        ],
      ],
      "spec": .object([]),
      "status": [
        "addresses": [
          ["type": "InternalIP", "address": .string(address)], ["type": "Hostname", "address": .string(name)],
        ],
        "allocatable": JSON(texts: resources), "capacity": JSON(texts: resources), "conditions": .array(conditions),
        "images": .array(images.map { ["names": [.string($0)], "sizeBytes": 0] }),
        "nodeInfo": [
          "architecture": "amd64", "bootID": "", "containerRuntimeVersion": "emulated://1",
          "kernelVersion": "emulated", "kubeProxyVersion": "", "kubeletVersion": .string("v1.\(version.minor).0"),
          "machineID": "", "operatingSystem": "linux", "osImage": "emulated", "systemUUID": "",
        ],
      ],
    ]
  }
}
