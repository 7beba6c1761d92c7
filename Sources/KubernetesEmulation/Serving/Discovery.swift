import WireProtocols

/// What the server says it serves.
enum Discovery {
  /// The answer at a path of discovery; `nil` where there is none.
  static func answer(_ path: String) -> JSON? {
    switch path.split(separator: "/").map(String.init) {
    case ["api"]:
      return [
        "kind": "APIVersions", "versions": ["v1"],
        "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1"]],
      ]
    case ["api", "v1"]: return resources(of: "")
    case ["apis"]:
      return ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(ResourceType.groups.map(group))]
    case let steps where steps.count == 2 && steps[0] == "apis" && ResourceType.groups.contains(steps[1]):
      return JSON.object([.init("kind", "APIGroup"), .init("apiVersion", "v1")] + group(steps[1]).members)
    case let steps where steps.count == 3 && steps[0] == "apis" && ResourceType.groups.contains(steps[1]):
      return steps[2] == "v1" ? resources(of: steps[1]) : nil
    case []:
      let paths =
        ["/api", "/api/v1", "/apis"] + ResourceType.groups.flatMap { ["/apis/\($0)", "/apis/\($0)/v1"] }
        + ["/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"]
      return ["paths": .array(paths.map { .string($0) })]
    default: return nil
    }
  }

  private static func group(_ name: String) -> JSON {
    let version: JSON = ["groupVersion": .string("\(name)/v1"), "version": "v1"]
    return ["name": .string(name), "versions": [version], "preferredVersion": version]
  }

  private static func resources(of group: String) -> JSON {
    let list = ResourceType.all.filter { $0.group == group }.flatMap { type -> [JSON] in
      [resource(type)] + subresources(of: type).map { subresource(type, $0.name, $0.kind, $0.verbs) }
    }
    return [
      "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(group.isEmpty ? "v1" : "\(group)/v1"),
      "resources": .array(list),
    ]
  }

  private static func resource(_ type: ResourceType) -> JSON {
    let verbs =
      type.isReview
      ? ["create"] : ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
    var json: JSON = [
      "name": .string(type.plural), "singularName": .string(type.singular), "namespaced": .bool(type.isNamespaced),
      "kind": .string(type.kind), "verbs": .array(verbs.map { .string($0) }),
    ]
    if !type.shortNames.isEmpty { json.set(.array(type.shortNames.map { .string($0) }), at: "shortNames") }
    if type.isInAll { json.set(["all"], at: "categories") }
    return json
  }

  private static func subresources(of type: ResourceType) -> [(name: String, kind: String, verbs: [String])] {
    let change = ["get", "patch", "update"]
    var list: [(name: String, kind: String, verbs: [String])] = []
    if type == .pod {
      list = [
        ("binding", "Binding", ["create"]), ("eviction", "Eviction", ["create"]),
        ("exec", "PodExecOptions", ["create", "get"]), ("log", "Pod", ["get"]),
      ]
    }
    if [.deployment, .replicaSet].contains(type) { list.append(("scale", "Scale", change)) }
    if type == .namespace { list.append(("finalize", "Namespace", ["update"])) }
    if type.hasStatus { list.append(("status", type.kind, change)) }
    return list
  }

  private static func subresource(_ type: ResourceType, _ name: String, _ kind: String, _ verbs: [String]) -> JSON {
    var json: JSON = [
      "name": .string("\(type.plural)/\(name)"), "singularName": "", "namespaced": .bool(type.isNamespaced),
      "kind": .string(kind), "verbs": .array(verbs.map { .string($0) }),
    ]
    let elsewhere = ["Scale": "autoscaling", "Eviction": "policy"][kind]
    if let elsewhere {
      json.set(.string(elsewhere), at: "group")
      json.set("v1", at: "version")
    }
    return json
  }
}
