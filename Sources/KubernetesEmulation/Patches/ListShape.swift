/// How a list or an object inside an object is merged with another, which the types of the API say field by field.
enum ListShape: Hashable {
  /// The whole is one value.
  case atomic
  /// The elements are told apart by the values of these members.
  case keyed([String])
  /// The elements are values, each at most once.
  case set

  /// The shape of the list in a field, for server-side apply.
  ///
  /// - Source: the `x-kubernetes-list-type` and `-map-keys` of the published OpenAPI of the kinds that are served.
  static func ofList(named field: String) -> ListShape {
    switch field {
    case "ports": .keyed(["containerPort", "protocol"])
    case "tolerations", "taints": .atomic
    default: strategic(named: field)
    }
  }

  /// The shape of the list in a field, for strategic merge patches.
  ///
  /// - Source: the `x-kubernetes-patch-merge-key` of the published OpenAPI of the kinds that are served.
  static func strategic(named field: String) -> ListShape {
    switch field {
    case "containers", "initContainers", "ephemeralContainers", "env", "volumes", "imagePullSecrets", "secrets":
      .keyed(["name"])
    case "volumeMounts": .keyed(["mountPath"])
    case "volumeDevices": .keyed(["devicePath"])
    case "ports": .keyed(["containerPort"])
    case "conditions", "addresses": .keyed(["type"])
    case "ownerReferences": .keyed(["uid"])
    case "hostAliases": .keyed(["ip"])
    case "taints": .keyed(["key"])
    case "topologySpreadConstraints": .keyed(["topologyKey"])
    case "finalizers": .set
    default: .atomic
    }
  }

  /// Whether the object in a field is one value.
  static func isAtomicObject(named field: String) -> Bool {
    ["selector", "nodeSelector", "fieldRef", "resourceFieldRef", "secretKeyRef", "configMapKeyRef"].contains(field)
  }

  /// What a member is where an element of a list does not have it.
  static func defaultValue(of key: String) -> String? {
    key == "protocol" ? "TCP" : nil
  }
}
