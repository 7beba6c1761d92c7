import WireProtocols

/// What the server puts where an object says nothing, so that readers find a whole object.
///
/// - Source: the default values that the Kubernetes API reference gives for the fields.
enum ObjectDefaults {
  static func fill(_ object: inout KubernetesObject, of type: ResourceType) {
    object.json.set(.string(type.apiVersion), at: "apiVersion")
    object.json.set(.string(type.kind), at: "kind")
    switch type {
    case .pod:
      var spec = object.spec
      fillPod(&spec)
      object.json.set(spec, at: "spec")
      object.json.setDefault("Pending", at: "status", "phase")
      object.json.setDefault(.string(qualityOfService(spec)), at: "status", "qosClass")
    case .deployment:
      object.json.setDefault(1, at: "spec", "replicas")
      object.json.setDefault(
        ["type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": "25%", "maxSurge": "25%"]], at: "spec", "strategy"
      )
      object.json.setDefault(10, at: "spec", "revisionHistoryLimit")
      object.json.setDefault(600, at: "spec", "progressDeadlineSeconds")
      fillTemplate(&object)
    case .replicaSet:
      object.json.setDefault(1, at: "spec", "replicas")
      fillTemplate(&object)
    case .daemonSet:
      object.json.setDefault(
        ["type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": 1, "maxSurge": 0]], at: "spec", "updateStrategy")
      object.json.setDefault(10, at: "spec", "revisionHistoryLimit")
      fillTemplate(&object)
    case .job: fillJob(&object)
    case .secret: fillSecret(&object)
    case .namespace:
      object.json.setDefault("Active", at: "status", "phase")
      if !object.isBeingDeleted { object.json.setDefault(["kubernetes"], at: "spec", "finalizers") }
      object.json.set(.string(object.name), at: "metadata", "labels", "kubernetes.io/metadata.name")
    default: break
    }
  }

  private static func fillTemplate(_ object: inout KubernetesObject) {
    guard var spec = object.spec.at("template", "spec") else { return }
    fillPod(&spec)
    object.json.set(spec, at: "spec", "template", "spec")
  }

  private static func fillJob(_ object: inout KubernetesObject) {
    object.json.setDefault("NonIndexed", at: "spec", "completionMode")
    if object.spec["completions"] == nil, object.spec["parallelism"] == nil {
      object.json.set(1, at: "spec", "completions")
    }
    object.json.setDefault(1, at: "spec", "parallelism")
    object.json.setDefault(6, at: "spec", "backoffLimit")
    object.json.setDefault(false, at: "spec", "suspend")
    fillTemplate(&object)
    guard object.spec["manualSelector"]?.bool != true, !object.uid.isEmpty else { return }
    object.json.setDefault(
      ["matchLabels": ["batch.kubernetes.io/controller-uid": .string(object.uid)]], at: "spec", "selector")
    for (label, value) in [
      ("batch.kubernetes.io/controller-uid", object.uid), ("batch.kubernetes.io/job-name", object.name),
      ("controller-uid", object.uid), ("job-name", object.name),
    ] { object.json.setDefault(.string(value), at: "spec", "template", "metadata", "labels", label) }
  }

  /// Text given as `stringData` is kept as base64 like the rest.
  private static func fillSecret(_ object: inout KubernetesObject) {
    for member in object.json["stringData"]?.members ?? [] {
      object.json.set(.string(Base64.encode(Array((member.value.string ?? "").utf8))), at: "data", member.name)
    }
    object.json.set(nil, at: "stringData")
    object.json.setDefault("Opaque", at: "type")
  }

  private static func fillPod(_ spec: inout JSON) {
    for (name, value) in [
      ("restartPolicy", "Always" as JSON), ("terminationGracePeriodSeconds", 30), ("dnsPolicy", "ClusterFirst"),
      ("securityContext", .object([])), ("schedulerName", "default-scheduler"),
    ] { spec.setDefault(value, at: name) }
    for list in ["initContainers", "containers"] {
      guard let containers = spec[list]?.elements else { continue }
      spec.set(.array(containers.map(filledContainer)), at: list)
    }
  }

  private static func filledContainer(_ container: JSON) -> JSON {
    var container = container
    let image = container["image"]?.string ?? ""
    let tag = image.split(separator: "/").last?.split(separator: ":").dropFirst().first
    let isMoving = !image.contains("@") && (tag == nil || tag == "latest")
    // Amounts that are limited and not asked for are asked for.
    let limits = container.at("resources", "limits")?.members ?? []
    for limit in limits { container.setDefault(limit.value, at: "resources", "requests", limit.name) }
    container.setDefault(.object([]), at: "resources")
    container.setDefault("/dev/termination-log", at: "terminationMessagePath")
    container.setDefault("File", at: "terminationMessagePolicy")
    container.setDefault(isMoving ? "Always" : "IfNotPresent", at: "imagePullPolicy")
    if let ports = container["ports"]?.elements {
      container.set(.array(ports.map { $0["protocol"] == nil ? $0.setting("TCP", at: ["protocol"]) : $0 }), at: "ports")
    }
    return container
  }

  private static func qualityOfService(_ spec: JSON) -> String {
    let containers = spec["containers"]?.elements ?? []
    func amounts(_ container: JSON, _ section: String) -> [JSON.Member] {
      (container.at("resources", section)?.members ?? []).filter { ["cpu", "memory"].contains($0.name) }
    }
    if containers.allSatisfy({ amounts($0, "limits").isEmpty && amounts($0, "requests").isEmpty }) {
      return "BestEffort"
    }
    let isGuaranteed = containers.allSatisfy { container in
      let limits = amounts(container, "limits")
      return limits.count == 2
        && amounts(container, "requests").allSatisfy { request in
          limits.contains { $0.name == request.name && ResourceQuantity($0.value) == ResourceQuantity(request.value) }
        }
    }
    return isGuaranteed ? "Guaranteed" : "Burstable"
  }
}

/// Bytes as text of 64 characters.
enum Base64 {
  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.enumerated().reduce(0) { $0 | Int($1.element) << (16 - 8 * $1.offset) }
      for place in 0..<4 {
        text.append(place <= group.count ? digits[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
