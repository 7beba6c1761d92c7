import KubernetesClient
import Scheduling
import WireProtocols

/// The objects that make a cluster ready: images on nodes, models on storage.
extension ManifestSettings {
  /// Which nodes a DaemonSet is for.
  public enum NodeKind: String, CaseIterable, Hashable, Sendable {
    /// Nodes whose GPUs are used.
    case gpu
    /// All others.
    case storage
  }

  /// A Secret's key with the token that models are fetched with.
  public struct TokenSource: Hashable, Sendable {
    /// The name of the Secret, in the run's namespace.
    public let secret: String
    /// The key in it.
    public let key: String
    /// The variable that the program reads it from.
    public let variable: String

    /// A key of a Secret.
    ///
    /// - Throws: `KubernetesError.badName`.
    public init(secret: String, key: String, variable: String) throws {
      try ObjectNames.checkSubdomain(secret, "name of a Secret")
      try ObjectNames.checkKey(key)
      let isFine =
        variable.first.map { $0.isLetter || $0 == "_" } == true
        && variable.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      guard isFine else {
        throw KubernetesError.badName(what: "variable", value: variable, allowed: "letters, digits and `_`")
      }
      self.secret = secret
      self.key = key
      self.variable = variable
    }
  }

  /// A DaemonSet whose pods are ready on a node once the images of its role are there.
  ///
  /// Each image runs once as an init container that ends at once; the last goes on doing nothing until the DaemonSet is
  /// deleted.
  ///
  /// - Throws: `KubernetesError.badName`.
  public func prefetch(on kind: NodeKind) throws -> KubernetesObject {
    let wanted = wantedImages(on: kind)
    var template = PodTemplate(app: "prefetch-\(kind.rawValue)", image: wanted[wanted.count - 1])
    template.command = ["/bin/sh", "-c", "while :; do sleep 3600; done"]
    template.initContainers = wanted.enumerated().map { index, image in
      [
        "name": .string("fetch-\(index)"), "image": .string(image), "imagePullPolicy": "IfNotPresent",
        "command": ["/bin/sh", "-c", "exit 0"],
      ]
    }
    let expression: JSON = [
      "key": .string(GPUNode.serverLabel), "operator": kind == .gpu ? "Exists" : "DoesNotExist",
    ]
    template.affinity = [
      "nodeAffinity": [
        "requiredDuringSchedulingIgnoredDuringExecution": [
          "nodeSelectorTerms": [["matchExpressions": [expression]]]
        ]
      ]
    ]
    return try template.daemonSet(self)
  }

  private func wantedImages(on kind: NodeKind) -> [String] {
    switch (kind, serverlessLLM) {
    case (.gpu, nil): [images.worker, images.storageAgent]
    case (.gpu, .some(let serverlessLLM)): [serverlessLLM.worker]
    case (.storage, nil): [images.storageServer, images.download]
    case (.storage, .some(let serverlessLLM)): [images.storageServer, serverlessLLM.head, images.download]
    }
  }

  /// Jobs that succeed where a storage node has a folder of models, changing nothing.
  ///
  /// - Throws: `KubernetesError.badName`.
  public func modelChecks(on nodes: [String], modelSet: String, deadlineSeconds: Int) throws -> [KubernetesObject] {
    try nodes.enumerated().map { index, node in
      try modelJob(
        "check", index: index, node: node, command: ["/bin/sh", "-c", "test -d /mnt/\(modelFolder)"],
        modelSet: modelSet,
        token: nil, deadlineSeconds: deadlineSeconds, retries: 0)
    }
  }

  /// A Job that runs the download image on a storage node.
  ///
  /// - Parameters:
  ///   - step: what it does, `download` or `partition`; part of its name.
  ///   - index: the number of the node.
  ///   - node: the name of the node.
  ///   - command: what it runs; empty for what the image runs by itself.
  ///   - modelSet: the number of the set of models, which it is told as `MODEL_SET`.
  ///   - token: where the token is, if models need one. It is never part of a manifest.
  ///   - retries: how often it is tried again.
  /// - Throws: `KubernetesError.badName`.
  public func modelJob(
    _ step: String, index: Int, node: String, command: [String], modelSet: String, token: TokenSource?,
    deadlineSeconds: Int, retries: Int = 3
  ) throws -> KubernetesObject {
    try ObjectNames.checkValue(node)
    var template = PodTemplate(app: "\(step)-\(index)", image: images.download)
    template.command = command
    template.variables = [
      .init("MODELSCOPE_CACHE", "/mnt/\(modelFolder)"), .init("MODEL_SET", modelSet), .init("PYTHONUNBUFFERED", "1"),
    ]
    template.secretVariables = token.map { [.init(name: $0.variable, secret: $0.secret, key: $0.key)] } ?? []
    template.mounts = [PodTemplate.models(self)]
    template.node = node
    template.graceSeconds = 30
    template.restartPolicy = "Never"
    return try template.job(self, retries: retries, deadlineSeconds: deadlineSeconds)
  }
}
