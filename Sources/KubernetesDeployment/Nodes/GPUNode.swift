import KubernetesClient
import ServingModel
import WireProtocols

/// What this toolkit reads of a node.
public struct GPUNode: Hashable, Sendable {
  /// The label of the nodes whose GPUs are used, whatever its value.
  public static let serverLabel = "gpu_server"
  /// The label of a node's type.
  static let typeLabel = "node.kubernetes.io/instance-type"
  /// What a node has of when pods share its GPUs: GPU memory in GiB.
  public static let sharedResource = "aliyun.com/gpu-mem"
  /// What a node has of when pods get whole GPUs.
  public static let exclusiveResource = "nvidia.com/gpu"

  /// Its name.
  public let name: String
  /// The version that it was read in.
  let resourceVersion: String
  /// The provider's name of its type, if it says.
  public let instanceType: String?
  /// Whether its GPUs are to be used.
  public let isGPUServer: Bool
  /// Whether pods can start on it; ours tolerate no taint.
  public let isReady: Bool
  /// GPU memory that pods can share, in GiB.
  public let sharedGPUMemory: Int
  /// Whole GPUs that pods can get.
  public let wholeGPUs: Int
  /// What it says about being emulated; `nil` for a real one.
  public let emulation: NodeEmulation?
  /// The images that it says it has, by all their names.
  let images: Set<String>
  private let labels: [GPUIsolationLabel: String]
  private let memories: [GPUIsolationLabel: String]

  /// Reads a node.
  public init(_ node: KubernetesObject) {
    name = node.name
    resourceVersion = node.resourceVersion
    instanceType = node.label(Self.typeLabel)
    isGPUServer = node.label(Self.serverLabel) != nil
    let ready = node["status", "conditions"]?.array?.first { $0["type"]?.string == "Ready" }
    let taints = node["spec", "taints"]?.array ?? []
    isReady =
      ready?["status"]?.string == "True" && node["spec", "unschedulable"]?.bool != true
      && !taints.contains { ["NoSchedule", "NoExecute"].contains($0["effect"]?.string) }
    sharedGPUMemory = Self.count(node["status", "allocatable", Self.sharedResource])
    wholeGPUs = Self.count(node["status", "allocatable", Self.exclusiveResource])
    emulation = NodeEmulation(node)
    images = Set((node["status", "images"]?.array ?? []).flatMap { $0["names"]?.array ?? [] }.compactMap(\.string))
    labels = Self.byLabel { node.label($0.rawValue) }
    memories = Self.byLabel { node.annotation(NodeMemory.annotation(of: $0)) }
  }

  private static func byLabel(_ value: (GPUIsolationLabel) -> String?) -> [GPUIsolationLabel: String] {
    GPUIsolationLabel.allCases.reduce(into: [:]) { $0[$1] = value($1) }
  }

  /// Devices are counted in whole numbers, written as text.
  private static func count(_ quantity: JSON?) -> Int {
    quantity?.string.flatMap { Int($0) } ?? quantity?.integer ?? 0
  }

  /// The value of an isolation label.
  public func value(of label: GPUIsolationLabel) -> String? { labels[label] }

  /// What it remembers of before we changed a label; `nil` when we did not.
  func memory(of label: GPUIsolationLabel) -> NodeMemory? {
    memories[label].flatMap { NodeMemory(annotation: $0) }
  }

  /// Whether it offers GPUs in a mode and no longer in the other.
  public func offers(_ isolation: GPUIsolation) -> Bool {
    switch isolation {
    case .shared: sharedGPUMemory > 0 && wholeGPUs == 0
    case .exclusive: wholeGPUs > 0 && sharedGPUMemory == 0
    }
  }

  /// What it offers, in words.
  public var offer: String {
    "\(Self.sharedResource) \(sharedGPUMemory), \(Self.exclusiveResource) \(wholeGPUs)"
  }
}

/// The value of a label before we changed it, as an annotation keeps it.
enum NodeMemory: Hashable, Sendable {
  /// There was no label.
  case absent
  /// There was one with this value.
  case value(String)

  init?(annotation: String) {
    if annotation == "absent" {
      self = .absent
    } else if annotation.hasPrefix("=") {
      self = .value(String(annotation.dropFirst()))
    } else {
      return nil
    }
  }

  init(_ value: String?) {
    self = value.map(NodeMemory.value) ?? .absent
  }

  var annotation: String {
    switch self {
    case .absent: "absent"
    case .value(let value): "=\(value)"
    }
  }

  /// The key of the annotation for a label.
  static func annotation(of label: GPUIsolationLabel) -> String {
    "\(OwnLabels.owner)/before-\(label.rawValue)"
  }
}
