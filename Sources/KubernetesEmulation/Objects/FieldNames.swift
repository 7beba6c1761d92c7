import WireProtocols

/// Which fields the objects of a kind can have, as far down as workloads are usually written by hand.
///
/// A field that the real server would drop or refuse must not be kept here, or a slip of the pen would only show on a
/// real cluster.
/// - Source: the Kubernetes API reference, version 1.32.
indirect enum FieldNames: Sendable {
  /// Whatever it is.
  case anything
  /// An object with these fields and no others.
  case object([String: FieldNames])
  /// A list of such values.
  case list(FieldNames)

  /// The fields of a kind.
  static func of(_ type: ResourceType) -> FieldNames {
    byType[type] ?? .anything
  }

  private static let byType = Dictionary(
    ResourceType.all.map { type in
      (type, object(["apiVersion": .anything, "kind": .anything, "metadata": metadata].merging(own(type)) { $1 }))
    }
  ) { $1 }

  /// The paths of the fields that are none, in their order.
  func unknown(in json: JSON, at path: String = "") -> [String] {
    switch (self, json) {
    case (.object(let fields), .object(let members)):
      members.flatMap { member -> [String] in
        let place = path.isEmpty ? member.name : "\(path).\(member.name)"
        return fields[member.name].map { $0.unknown(in: member.value, at: place) } ?? [place]
      }
    case (.list(let fields), .array(let elements)):
      elements.enumerated().flatMap { fields.unknown(in: $1, at: "\(path)[\($0)]") }
    default: []
    }
  }

  /// A value without the fields that are none.
  func pruned(_ json: JSON) -> JSON {
    switch (self, json) {
    case (.object(let fields), .object(let members)):
      .object(
        members.compactMap { member in fields[member.name].map { .init(member.name, $0.pruned(member.value)) } })
    case (.list(let fields), .array(let elements)): .array(elements.map(fields.pruned))
    default: json
    }
  }

  private static func fields(_ names: String, _ known: [String: FieldNames] = [:]) -> FieldNames {
    let others = names.split(separator: " ").map { (String($0), FieldNames.anything) }
    return .object(Dictionary(others) { $1 }.merging(known) { $1 })
  }

  private static let metadata = fields(
    "annotations creationTimestamp deletionGracePeriodSeconds deletionTimestamp finalizers generateName generation "
      + "labels managedFields name namespace ownerReferences resourceVersion selfLink uid")

  private static func own(_ type: ResourceType) -> [String: FieldNames] {
    func spec(_ spec: FieldNames) -> [String: FieldNames] { ["spec": spec, "status": .anything] }
    func names(_ text: String) -> [String: FieldNames] {
      guard case .object(let names) = fields(text) else { return [:] }
      return names
    }
    switch type {
    case .pod: return spec(pod)
    case .deployment:
      return spec(
        workload("minReadySeconds paused progressDeadlineSeconds replicas revisionHistoryLimit selector strategy"))
    case .replicaSet: return spec(workload("minReadySeconds replicas selector"))
    case .daemonSet: return spec(workload("minReadySeconds revisionHistoryLimit selector updateStrategy"))
    case .job:
      return spec(
        workload(
          "activeDeadlineSeconds backoffLimit backoffLimitPerIndex completionMode completions managedBy manualSelector "
            + "maxFailedIndexes parallelism podFailurePolicy podReplacementPolicy selector successPolicy suspend "
            + "ttlSecondsAfterFinished"))
    case .node: return spec(fields("configSource externalID podCIDR podCIDRs providerID taints unschedulable"))
    case .namespace: return spec(fields("finalizers"))
    case .configMap: return names("binaryData data immutable")
    case .secret: return names("data immutable stringData type")
    case .serviceAccount: return names("automountServiceAccountToken imagePullSecrets secrets")
    case .event:
      return names(
        "action count eventTime firstTimestamp involvedObject lastTimestamp message reason related reportingComponent "
          + "reportingInstance series source type")
    default: return spec(.anything)
    }
  }

  private static func workload(_ names: String) -> FieldNames {
    fields(names, ["template": .object(["metadata": metadata, "spec": pod])])
  }

  private static let pod = fields(
    "activeDeadlineSeconds affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks "
      + "ephemeralContainers hostAliases hostIPC hostNetwork hostPID hostUsers hostname imagePullSecrets nodeName "
      + "nodeSelector os overhead preemptionPolicy priority priorityClassName readinessGates resourceClaims resources "
      + "restartPolicy runtimeClassName schedulerName schedulingGates securityContext serviceAccount "
      + "serviceAccountName setHostnameAsFQDN shareProcessNamespace subdomain terminationGracePeriodSeconds tolerations "
      + "topologySpreadConstraints",
    [
      "containers": .list(container), "initContainers": .list(container),
      "volumes": .list(
        fields(
          "awsElasticBlockStore azureDisk azureFile cephfs cinder csi downwardAPI ephemeral fc flexVolume flocker "
            + "gcePersistentDisk gitRepo glusterfs image iscsi name nfs photonPersistentDisk portworxVolume projected "
            + "quobyte rbd scaleIO storageos vsphereVolume",
          [
            "configMap": fields("defaultMode items name optional"), "emptyDir": fields("medium sizeLimit"),
            "hostPath": fields("path type"), "persistentVolumeClaim": fields("claimName readOnly"),
            "secret": fields("defaultMode items optional secretName"),
          ])),
    ])

  private static let container = fields(
    "args command image imagePullPolicy lifecycle livenessProbe name readinessProbe resizePolicy restartPolicy "
      + "securityContext startupProbe stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices "
      + "workingDir",
    [
      "env": .list(
        fields(
          "name value", ["valueFrom": fields("configMapKeyRef fieldRef fileKeyRef resourceFieldRef secretKeyRef")])),
      "envFrom": .list(fields("configMapRef prefix secretRef")),
      "ports": .list(fields("containerPort hostIP hostPort name protocol")),
      "resources": fields("claims limits requests"),
      "volumeMounts": .list(
        fields("mountPath mountPropagation name readOnly recursiveReadOnly subPath subPathExpr")),
    ])
}
