import KubernetesClient
import Scheduling
import WireProtocols

/// The pod that a Deployment, a DaemonSet or a Job makes, piece by piece.
struct PodTemplate {
  /// A folder of the node inside of a container.
  struct Mount {
    let name: String
    let nodePath: String
    let path: String
  }

  /// A value that comes from a Secret.
  struct SecretVariable {
    let name: String
    let secret: String
    let key: String
  }

  let app: String
  let image: String
  /// Labels of the pod beside those of the run.
  var labels: [JSON.Member] = []
  var annotations: [JSON.Member] = []
  var containerName = "main"
  var command: [String] = []
  var arguments: [String] = []
  var variables: [WorkerPodEnvironment.Variable] = []
  var secretVariables: [SecretVariable] = []
  var port: Int?
  var limits: [(resource: String, amount: String)] = []
  var mounts: [Mount] = []
  var usesHostIPC = false
  /// Whether the container may do to its node what its owner may.
  var isPrivileged = false
  var node: String?
  var affinity: JSON?
  var initContainers: [JSON] = []
  var graceSeconds = 0
  var restartPolicy: String?

  /// `/dev/shm` of the node, through which engine and storage agent share weights.
  static let sharedMemory = Mount(name: "shm", nodePath: "/dev/shm", path: "/dev/shm")

  /// The models of the node.
  static func models(_ settings: ManifestSettings) -> Mount {
    Mount(name: "models", nodePath: settings.modelDirectory, path: "/mnt")
  }

  /// The template with the labels of the run.
  func json(_ settings: ManifestSettings) -> JSON {
    var metadata = [JSON.Member("labels", settings.labels.json(app: app, more: labels))]
    if !annotations.isEmpty { metadata.insert(.init("annotations", .object(annotations)), at: 0) }
    return ["metadata": .object(metadata), "spec": .object(spec)]
  }

  private var spec: [JSON.Member] {
    var spec: [JSON.Member] = []
    if let affinity { spec.append(.init("affinity", affinity)) }
    spec.append(.init("automountServiceAccountToken", .bool(false)))
    spec.append(.init("containers", .array([.object(container)])))
    if usesHostIPC { spec.append(.init("hostIPC", .bool(true))) }
    if !initContainers.isEmpty { spec.append(.init("initContainers", .array(initContainers))) }
    if let node { spec.append(.init("nodeSelector", .object([.init("kubernetes.io/hostname", .string(node))]))) }
    if let restartPolicy { spec.append(.init("restartPolicy", .string(restartPolicy))) }
    spec.append(.init("terminationGracePeriodSeconds", .integer(Int64(graceSeconds))))
    let volumes = mounts.map { mount -> JSON in
      ["name": .string(mount.name), "hostPath": ["path": .string(mount.nodePath)]]
    }
    if !volumes.isEmpty { spec.append(.init("volumes", .array(volumes))) }
    return spec
  }

  private var container: [JSON.Member] {
    var container: [JSON.Member] = [
      .init("name", .string(containerName)), .init("image", .string(image)), .init("imagePullPolicy", "IfNotPresent"),
    ]
    if !command.isEmpty { container.append(.init("command", .array(command.map(JSON.string)))) }
    if !arguments.isEmpty { container.append(.init("args", .array(arguments.map(JSON.string)))) }
    let environment =
      variables.map { variable -> JSON in ["name": .string(variable.name), "value": .string(variable.value)] }
      + secretVariables.map { variable -> JSON in
        [
          "name": .string(variable.name),
          "valueFrom": ["secretKeyRef": ["name": .string(variable.secret), "key": .string(variable.key)]],
        ]
      }
    if !environment.isEmpty { container.append(.init("env", .array(environment))) }
    if let port { container.append(.init("ports", [["containerPort": .integer(Int64(port))]])) }
    if !limits.isEmpty {
      let amounts = limits.map { JSON.Member($0.resource, .string($0.amount)) }
      container.append(.init("resources", ["limits": .object(amounts)]))
    }
    if isPrivileged { container.append(.init("securityContext", ["privileged": true])) }
    let places = mounts.map { mount -> JSON in
      ["name": .string(mount.name), "mountPath": .string(mount.path)]
    }
    if !places.isEmpty { container.append(.init("volumeMounts", .array(places))) }
    return container
  }

  /// A Deployment of one pod.
  ///
  /// - Throws: `KubernetesError.badName`.
  func deployment(_ settings: ManifestSettings) throws -> KubernetesObject {
    try ObjectNames.checkLabel(app, "name of a Deployment")
    return KubernetesObject([
      "apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata(settings),
      "spec": [
        "replicas": 1, "selector": selector(settings), "strategy": ["type": "Recreate"], "template": json(settings),
      ],
    ])
  }

  /// A DaemonSet: one pod on each node that the affinity allows.
  ///
  /// - Throws: `KubernetesError.badName`.
  func daemonSet(_ settings: ManifestSettings) throws -> KubernetesObject {
    try ObjectNames.checkLabel(app, "name of a DaemonSet")
    return KubernetesObject([
      "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": metadata(settings),
      "spec": ["selector": selector(settings), "template": json(settings)],
    ])
  }

  /// A Job of one pod.
  ///
  /// - Parameters:
  ///   - retries: how often it is tried again.
  ///   - deadlineSeconds: how long it may take with all of them.
  /// - Throws: `KubernetesError.badName`.
  func job(_ settings: ManifestSettings, retries: Int, deadlineSeconds: Int) throws -> KubernetesObject {
    try ObjectNames.checkLabel(app, "name of a Job")
    return KubernetesObject([
      "apiVersion": "batch/v1", "kind": "Job", "metadata": metadata(settings),
      "spec": [
        "activeDeadlineSeconds": .integer(Int64(deadlineSeconds)), "backoffLimit": .integer(Int64(retries)),
        "template": json(settings),
      ],
    ])
  }

  private func metadata(_ settings: ManifestSettings) -> JSON {
    ["name": .string(app), "namespace": .string(settings.namespace), "labels": settings.labels.json(app: app)]
  }

  private func selector(_ settings: ManifestSettings) -> JSON {
    ["matchLabels": .object([.init("app", .string(app)), .init(OwnLabels.runKey, .string(settings.labels.run))])]
  }
}
