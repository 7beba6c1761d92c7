import WireProtocols

/// The part of a workload that says how many pods it has.
enum Scale {
  static func json(of object: KubernetesObject, _ type: ResourceType) -> JSON {
    [
      "kind": "Scale", "apiVersion": "autoscaling/v1",
      "metadata": [
        "name": .string(object.name), "namespace": .string(object.namespace), "uid": .string(object.uid),
        "resourceVersion": .string("\(object.resourceVersion)"),
      ],
      "spec": ["replicas": object.spec["replicas"] ?? 1],
      "status": ["replicas": object.status["replicas"] ?? 0],
    ]
  }
}
