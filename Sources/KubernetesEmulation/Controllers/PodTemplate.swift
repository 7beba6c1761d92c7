import WireProtocols

/// Pods as workloads make them: from a template, owned by the workload.
enum PodTemplate {
  /// The pod of a template.
  static func pod(_ template: JSON, ownedBy owner: KubernetesObject, _ type: ResourceType) -> JSON {
    var metadata: JSON = ["generateName": .string("\(owner.name)-")]
    for part in ["labels", "annotations"] {
      if let value = template.at("metadata", part) { metadata.set(value, at: part) }
    }
    metadata.set([reference(to: owner, type)], at: "ownerReferences")
    return ["metadata": metadata, "spec": template["spec"] ?? .object([])]
  }

  /// What says that an object belongs to another, which controls it.
  static func reference(to owner: KubernetesObject, _ type: ResourceType) -> JSON {
    [
      "apiVersion": .string(type.apiVersion), "kind": .string(type.kind), "name": .string(owner.name),
      "uid": .string(owner.uid), "controller": true, "blockOwnerDeletion": true,
    ]
  }

  /// A short text that is the same for the same template.
  static func hash(_ template: JSON) -> String {
    var hash: UInt32 = 2_166_136_261  // FNV-1a
    for byte in template.bytes { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    let letters = APIClock.safeLetters
    return String("\(hash)".utf8.map { letters[Int($0) % letters.count] })
  }

  /// Whether a pod neither has ended nor is about to.
  static func isActive(_ pod: KubernetesObject) -> Bool {
    !pod.isBeingDeleted && !["Succeeded", "Failed"].contains(pod.status["phase"]?.string)
  }
}
