import KubernetesClient
import ServingModel

/// Checks, before anything is made, that a cluster has what an experiment needs and that we may use it.
public struct ClusterPreflight: Sendable {
  /// What is needed.
  public struct Needs: Hashable, Sendable {
    /// The namespace that objects go to.
    public var namespace: String
    /// The GPU servers.
    public var servers: [GPUServer]
    /// How many servers hold models.
    public var storageServers: Int
    /// How the GPUs are to be given to pods.
    public var isolation: GPUIsolation
    /// Whether it is for ServerlessLLM, whose service is started by a command in a pod.
    public var isForServerlessLLM = false
    /// The images that GPU nodes should have; none are looked for by default.
    public var gpuImages: [String] = []
    /// The images that storage nodes should have.
    public var storageImages: [String] = []

    /// What is needed.
    public init(namespace: String, servers: [GPUServer], storageServers: Int, isolation: GPUIsolation) {
      self.namespace = namespace
      self.servers = servers
      self.storageServers = storageServers
      self.isolation = isolation
    }
  }

  /// A line of the report.
  public struct Finding: Hashable, Sendable {
    /// How it stands.
    public enum State: String, Hashable, Sendable {
      /// As needed.
      case fine = "ok"
      /// Not as needed.
      case missing
      /// Not as it should be, but nothing fails for it.
      case slow
    }

    /// What was looked at.
    public let subject: String
    /// What is needed.
    public let needed: String
    /// What is there.
    public let found: String
    /// How it stands.
    public let state: State
    /// What to do; empty when it is fine.
    public let advice: String

    init(
      _ subject: String, needed: String, found: String, isFine: Bool, otherwise state: State = .missing, advice: String
    ) {
      self.subject = subject
      self.needed = needed
      self.found = found
      self.state = isFine ? .fine : state
      self.advice = isFine ? "" : advice
    }
  }

  private let client: KubernetesClient

  /// A check of a cluster.
  public init(client: KubernetesClient) {
    self.client = client
  }

  /// Looks at permissions and nodes, changing nothing.
  ///
  /// - Returns: findings: permissions in a fixed order, then nodes by type, mode and storage.
  /// - Throws: `KubernetesError` when the cluster cannot be asked.
  public func run(_ needs: Needs) async throws -> [Finding] {
    let permissions = try await permissionFindings(needs)
    guard permissions.first(where: { $0.subject == "list nodes" })?.state == .fine else { return permissions }
    let nodes = try await client.list(.nodes).items.map(GPUNode.init)
    return permissions + Self.nodeFindings(nodes, needs)
  }

  /// Everything that we may have to do.
  ///
  /// - Parameter runsCommands: whether commands are run in pods; a server asks for either verb, by its version.
  static func permissions(in namespace: String, runsCommands: Bool = false) -> [KubernetesClient.Permission] {
    func every(_ verbs: [String], _ type: ResourceType) -> [KubernetesClient.Permission] {
      verbs.map { .init($0, type, namespace: type.isNamespaced ? namespace : nil) }
    }
    return every(["get", "list", "watch", "patch"], .nodes) + every(["get", "create", "patch", "delete"], .namespaces)
      + [.deployments, .daemonSets, .jobs].flatMap {
        every(["get", "list", "watch", "create", "patch", "delete"], $0)
      } + every(["get", "list", "watch"], .pods)
      + [.init("get", .pods, subresource: "log", namespace: namespace)] + every(["list", "watch"], .events)
      + every(["get"], .secrets)
      + (runsCommands ? ["get", "create"] : []).map { .init($0, .pods, subresource: "exec", namespace: namespace) }
  }

  private func permissionFindings(_ needs: Needs) async throws -> [Finding] {
    var findings: [Finding] = []
    for permission in Self.permissions(in: needs.namespace, runsCommands: needs.isForServerlessLLM) {
      let isAllowed = try await client.may(permission)
      let place = permission.namespace.map { " in namespace \($0)" } ?? ""
      findings.append(
        Finding(
          permission.description, needed: "allowed", found: isAllowed ? "allowed" : "denied", isFine: isAllowed,
          advice: "ask for a role that may \(permission.description)\(place)"))
    }
    return findings
  }

  /// What nodes say about servers, their mode and storage.
  static func nodeFindings(_ nodes: [GPUNode], _ needs: Needs) -> [Finding] {
    var findings: [Finding] = []
    var used: Set<String> = []
    var gpuNodes: [GPUNode] = []
    for (type, count) in wantedTypes(needs.servers) {
      let ofType = nodes.filter { $0.instanceType == type.name && $0.isReady }.sorted { $0.name < $1.name }
      let labelled = ofType.filter(\.isGPUServer)
      let advice =
        ofType.count >= count
        ? "label them: kubectl label nodes NAME \(GPUNode.serverLabel)=true"
        : "add \(count - ofType.count) of type \(type.name)"
      findings.append(
        Finding(
          "nodes \(type.name)", needed: "\(count) ready", found: "\(labelled.count) ready",
          isFine: labelled.count >= count, advice: advice))
      let chosen = labelled.prefix(count)
      used.formUnion(chosen.map(\.name))
      gpuNodes += chosen
      if !chosen.isEmpty { findings.append(modeFinding(Array(chosen), type, needs.isolation)) }
    }
    let storage = nodes.filter { $0.isReady && !used.contains($0.name) }
    findings.append(
      Finding(
        "storage nodes", needed: "\(needs.storageServers)", found: "\(storage.count)",
        isFine: storage.count >= needs.storageServers,
        advice: "add \(max(0, needs.storageServers - storage.count)) nodes that are not used for their GPUs"))
    let command = "prepare-cluster --no-models\(needs.isForServerlessLLM ? " --serverlessllm" : "")"
    return findings
      + needs.gpuImages.map { imageFinding($0, on: gpuNodes, count: gpuNodes.count, command) }
      + needs.storageImages.map {
        imageFinding($0, on: storage, count: min(storage.count, needs.storageServers), command)
      }
  }

  /// Whether nodes have an image, as far as they say: a kubelet tells of the largest fifty.
  private static func imageFinding(_ image: String, on nodes: [GPUNode], count: Int, _ command: String) -> Finding {
    let having = nodes.count { node in node.images.contains { $0 == image || $0.hasSuffix("/\(image)") } }
    return Finding(
      "image \(image)", needed: "on \(count) nodes", found: "on \(having) nodes", isFine: having >= count,
      otherwise: .slow, advice: "fetch it before anything is measured: \(command)")
  }

  /// Types of servers with how many of each, in the order of the testbed.
  private static func wantedTypes(_ servers: [GPUServer]) -> [(type: InstanceType, count: Int)] {
    var wanted: [(type: InstanceType, count: Int)] = []
    for server in servers {
      if let place = wanted.firstIndex(where: { $0.type == server.type }) {
        wanted[place].count += 1
      } else {
        wanted.append((server.type, 1))
      }
    }
    return wanted
  }

  /// Whether nodes of a type offer what the testbed's have, in the mode that is wanted.
  private static func modeFinding(_ nodes: [GPUNode], _ type: InstanceType, _ isolation: GPUIsolation) -> Finding {
    let needed: Int
    let resource: String
    switch isolation {
    case .shared: (needed, resource) = (type.gpuMemoryGB * type.gpuCount, GPUNode.sharedResource)
    case .exclusive: (needed, resource) = (type.gpuCount, GPUNode.exclusiveResource)
    }
    func amount(_ node: GPUNode) -> Int { isolation == .shared ? node.sharedGPUMemory : node.wholeGPUs }
    let wrong = nodes.first { !$0.offers(isolation) || amount($0) < needed }
    return Finding(
      "GPUs of \(type.name)", needed: "\(resource) \(needed)",
      found: wrong.map { "\($0.name): \($0.offer)" } ?? "\(resource) \(nodes.map(amount).min() ?? 0)",
      isFine: wrong == nil,
      advice: wrong.map { $0.offers(isolation) } == true
        ? "the nodes have less than the testbed's; take others"
        : "run label-nodes --cluster kubernetes --\(isolation == .shared ? "share" : "no-share")")
  }
}
