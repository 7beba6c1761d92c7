import WireProtocols

/// The cells of each kind's row, as the API server prints them.
struct TableColumns {
  typealias Column = TableRendering.Column

  /// The time, in seconds since 1970, that ages are counted to.
  let now: Int64

  static func columns(of type: ResourceType) -> [Column] {
    let (name, age) = (Column("Name"), Column("Age"))
    let workload = [
      Column("Containers", isWide: true), Column("Images", isWide: true), Column("Selector", isWide: true),
    ]
    func numbers(_ names: String...) -> [Column] { names.map { Column($0, "integer") } }
    switch type {
    case .node:
      return [name, Column("Status"), Column("Roles"), age, Column("Version"), Column("Internal-IP", isWide: true)]
    case .pod:
      return [name, Column("Ready"), Column("Status"), Column("Restarts"), age]
        + ["IP", "Node", "Nominated Node", "Readiness Gates"].map { Column($0, isWide: true) }
    case .deployment:
      return [name, Column("Ready")] + numbers("Up-to-date", "Available") + [age] + workload
    case .replicaSet: return [name] + numbers("Desired", "Current", "Ready") + [age] + workload
    case .daemonSet:
      return [name] + numbers("Desired", "Current", "Ready", "Up-to-date", "Available") + [
        Column("Node Selector"), age,
      ]
        + workload
    case .job: return [name, Column("Status"), Column("Completions"), Column("Duration"), age] + workload
    case .namespace: return [name, Column("Status"), age]
    case .secret: return [name, Column("Type")] + numbers("Data") + [age]
    case .configMap: return [name] + numbers("Data") + [age]
    case .event:
      return [
        Column("Last Seen"), Column("Type"), Column("Reason"), Column("Object"), Column("Message"),
        Column("Count", "integer", isWide: true), Column("Name", isWide: true),
      ]
    case .serviceAccount: return [name] + numbers("Secrets") + [age]
    default: return [name, age]
    }
  }

  func cells(of object: KubernetesObject, _ type: ResourceType) -> [JSON] {
    let (name, age) = (JSON.string(object.name), JSON.string(age(object)))
    let status = object.status
    func number(_ field: String) -> JSON { status[field] ?? 0 }
    switch type {
    case .node:
      let addresses = status["addresses"]?.elements ?? []
      let address = addresses.first { $0["type"]?.string == "InternalIP" }?["address"] ?? "<none>"
      return [
        name, .string(nodeStatus(object)), "<none>", age, status.at("nodeInfo", "kubeletVersion") ?? "", address,
      ]
    case .pod: return podCells(object)
    case .deployment:
      let wanted = object.spec["replicas"]?.integer ?? 1
      return [
        name, .string("\(status["readyReplicas"]?.integer ?? 0)/\(wanted)"), number("updatedReplicas"),
        number("availableReplicas"), age,
      ] + workload(object)
    case .replicaSet:
      return [name, object.spec["replicas"] ?? 0, number("replicas"), number("readyReplicas"), age] + workload(object)
    case .daemonSet:
      let selector = object.spec.at("template", "spec", "nodeSelector")?.members ?? []
      return [
        name, number("desiredNumberScheduled"), number("currentNumberScheduled"), number("numberReady"),
        number("updatedNumberScheduled"), number("numberAvailable"), .string(Self.pairs(selector)), age,
      ] + workload(object)
    case .job: return jobCells(object)
    case .namespace: return [name, status["phase"] ?? "", age]
    case .secret: return [name, object.json["type"] ?? "", count(object.json["data"]), age]
    case .configMap: return [name, count(object.json["data"]), age]
    case .event: return eventCells(object)
    case .serviceAccount: return [name, .integer(Int64(object.json["secrets"]?.elements.count ?? 0)), age]
    default: return [name, age]
    }
  }

  private func count(_ json: JSON?) -> JSON {
    .integer(Int64(json?.members.count ?? 0))
  }

  private func age(_ object: KubernetesObject) -> String {
    since(object.json.at("metadata", "creationTimestamp")?.string)
  }

  private func since(_ time: String?) -> String {
    time.flatMap(APIClock.seconds).map { HumanSpan.text(seconds: now - $0) } ?? "<unknown>"
  }

  private func nodeStatus(_ node: KubernetesObject) -> String {
    let ready = node.isTrue("Ready") ? "Ready" : "NotReady"
    return node.spec["unschedulable"]?.bool == true ? "\(ready),SchedulingDisabled" : ready
  }

  private func podCells(_ pod: KubernetesObject) -> [JSON] {
    let statuses = pod.status["containerStatuses"]?.elements ?? []
    let ready = statuses.count { $0["ready"]?.bool == true }
    let restarts = statuses.reduce(0) { $0 + ($1["restartCount"]?.integer ?? 0) }
    return [
      .string(pod.name), .string("\(ready)/\(pod.spec["containers"]?.elements.count ?? 0)"),
      .string(Self.podStatus(pod)), .string("\(restarts)"), .string(age(pod)),
      pod.status["podIP"] ?? "<none>", pod.spec["nodeName"] ?? "<none>", "<none>", "<none>",
    ]
  }

  /// What a pod is like in a word.
  static func podStatus(_ pod: KubernetesObject) -> String {
    if pod.isBeingDeleted { return "Terminating" }
    if let reason = pod.status["reason"]?.string { return reason }
    for status in pod.status["containerStatuses"]?.elements ?? [] {
      if let reason = status.at("state", "waiting", "reason")?.string { return reason }
      if let ended = status.at("state", "terminated") {
        return ended["reason"]?.string ?? "ExitCode:\(ended["exitCode"]?.integer ?? 0)"
      }
    }
    return pod.status["phase"]?.string ?? "Unknown"
  }

  private func jobCells(_ job: KubernetesObject) -> [JSON] {
    let done = job.status["succeeded"]?.integer ?? 0
    let state = ["Complete", "Failed", "Suspended"].first(where: job.isTrue) ?? "Running"
    let begin = job.status["startTime"]?.string.flatMap(APIClock.seconds)
    let end = job.status["completionTime"]?.string.flatMap(APIClock.seconds) ?? now
    let completions =
      job.spec["completions"]?.integer.map { "\($0)" } ?? "1 of \(job.spec["parallelism"]?.integer ?? 1)"
    return [
      .string(job.name), .string(state), .string("\(done)/\(completions)"),
      .string(begin.map { HumanSpan.text(seconds: end - $0) } ?? ""), .string(age(job)),
    ] + workload(job)
  }

  private func eventCells(_ event: KubernetesObject) -> [JSON] {
    let object = event.json["involvedObject"] ?? .object([])
    return [
      .string(since(event.json["lastTimestamp"]?.string)), event.json["type"] ?? "", event.json["reason"] ?? "",
      .string("\(object["kind"]?.string?.lowercased() ?? "")/\(object["name"]?.string ?? "")"),
      event.json["message"] ?? "", event.json["count"] ?? 1, .string(event.name),
    ]
  }

  private func workload(_ object: KubernetesObject) -> [JSON] {
    let containers = object.spec.at("template", "spec", "containers")?.elements ?? []
    func list(_ field: String) -> JSON {
      .string(containers.compactMap { $0[field]?.string }.joined(separator: ","))
    }
    return [list("name"), list("image"), .string(Self.pairs(object.spec.at("selector", "matchLabels")?.members ?? []))]
  }

  private static func pairs(_ members: [JSON.Member]) -> String {
    members.isEmpty ? "<none>" : members.map { "\($0.name)=\($0.value.string ?? "")" }.joined(separator: ",")
  }
}
