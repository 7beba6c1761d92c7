import KubernetesClient
import WireProtocols

/// Objects of somebody else, with names and labels as much like ours as they can be.
enum ForeignObjects {
  static let all: [KubernetesObject] = [
    .init(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "theirs"]]),
    .init([
      "apiVersion": "apps/v1", "kind": "Deployment",
      "metadata": ["name": "node0-1", "namespace": "theirs", "labels": ["app": "node0-1"]],
      "spec": [
        "replicas": 2, "selector": ["matchLabels": ["app": "node0-1"]],
        "template": [
          "metadata": ["labels": ["app": "node0-1", "hydraserve-repro/run": "run-2"]],
          "spec": ["containers": [["name": "main", "image": "theirs:v1"]]],
        ],
      ],
    ]),
    .init([
      "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "token", "namespace": "theirs"], "data": .object([]),
    ]),
  ]
}
