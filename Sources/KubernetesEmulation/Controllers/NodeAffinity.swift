import WireProtocols

/// Which nodes a pod may run on: its node selector and what its affinity requires.
struct NodeAffinity {
  private let selector: [JSON.Member]
  /// Of these one must hold, if there are any.
  private let terms: [JSON]?

  init(_ spec: JSON) {
    selector = spec["nodeSelector"]?.members ?? []
    terms =
      spec.at("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")?
      .elements
  }

  /// Whether every node will do.
  var allowsAll: Bool { selector.isEmpty && terms == nil }

  func matches(_ node: KubernetesObject) -> Bool {
    matches(labels: node.labels, name: node.name)
  }

  func matches(labels: [JSON.Member], name: String) -> Bool {
    let isSelected = selector.allSatisfy { wanted in
      labels.contains { $0.name == wanted.name && $0.value == wanted.value }
    }
    guard isSelected, let terms else { return isSelected }
    return terms.contains { term in
      let byLabel: JSON = ["matchExpressions": term["matchExpressions"] ?? []]
      let byField: JSON = ["matchExpressions": term["matchFields"] ?? []]
      return LabelSelector(byLabel).matches(labels)
        && LabelSelector(byField).matches([.init("metadata.name", .string(name))])
    }
  }

  /// The one node that a pod of a daemon set is meant for.
  static func namedNode(_ spec: JSON) -> String? {
    if let name = spec["nodeName"]?.string { return name }
    let terms =
      spec.at("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")?
      .elements
    return terms?.first?["matchFields"]?.elements.first?["values"]?.elements.first?.string
  }
}
