import WireProtocols

/// Nodes as a provider has them.
package enum FakeNodes {
  /// The path of a node.
  package static func path(_ name: String) -> String { "/api/v1/nodes/\(name)" }

  /// A node with labels and what it offers.
  package static func node(
    _ name: String, type: String, labels: [JSON.Member] = [.init("gpu_server", "true")], shared: Int = 0,
    whole: Int = 0,
    isReady: Bool = true
  ) -> JSON {
    let all = labels + [JSON.Member("node.kubernetes.io/instance-type", .string(type))]
    return [
      "apiVersion": "v1", "kind": "Node",
      "metadata": ["name": .string(name), "uid": .string("uid-\(name)"), "labels": .object(all)],
      "status": [
        "allocatable": offer(shared: shared, whole: whole),
        "conditions": [["type": "Ready", "status": isReady ? "True" : "False"]],
      ],
    ]
  }

  private static func offer(shared: Int, whole: Int) -> JSON {
    ["aliyun.com/gpu-mem": .string("\(shared)"), "nvidia.com/gpu": .string("\(whole)")]
  }

  /// What the provider does when the isolation label changes: another device plugin takes the GPUs over.
  package static func followLabel(memory: Int, gpus: Int) -> FakeCluster.Controller {
    { path, node in
      guard path.hasPrefix("/api/v1/nodes/") else { return nil }
      let labels = node["metadata"]?["labels"]
      let isShared = labels?["ack.node.gpu.schedule"]?.string == "cgpu" || labels?["gpushare"]?.string == "true"
      return node.merging(
        ["status": ["allocatable": isShared ? offer(shared: memory, whole: 0) : offer(shared: 0, whole: gpus)]])
    }
  }
}

extension JSON {
  /// The value with a merge patch applied.
  ///
  /// - Source: RFC 7386, section 2.
  package func merging(_ patch: JSON) -> JSON {
    guard case .object(let changes) = patch else { return patch }
    var members: [Member] = if case .object(let own) = self { own } else { [] }
    for change in changes {
      let place = members.firstIndex { $0.name == change.name }
      if change.value == .null {
        if let place { members.remove(at: place) }
      } else {
        let merged = Member(change.name, (place.map { members[$0].value } ?? .object([])).merging(change.value))
        if let place { members[place] = merged } else { members.append(merged) }
      }
    }
    return .object(members)
  }
}
