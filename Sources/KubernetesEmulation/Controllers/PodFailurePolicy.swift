import WireProtocols

/// What a job makes of pods that have failed: the first rule that fits decides.
struct PodFailurePolicy {
  /// What is done about a failed pod.
  enum Action: Equatable {
    /// It counts as a failure.
    case count
    /// It is replaced and counts as none.
    case ignore
    /// Its index is given up.
    case failIndex
    /// The job fails, for this reason.
    case failJob(String)
  }

  private let rules: [JSON]

  /// The policy of a job; without one, every failure counts.
  init(_ policy: JSON?) {
    rules = policy?["rules"]?.elements ?? []
  }

  /// What is done about a pod that has failed.
  func action(for pod: KubernetesObject) -> Action {
    for (number, rule) in rules.enumerated() {
      guard let cause = cause(rule, pod) else { continue }
      switch rule["action"]?.string {
      case "Ignore": return .ignore
      case "FailIndex": return .failIndex
      case "FailJob": return .failJob("\(cause) matching FailJob rule at index \(number)")
      default: return .count
      }
    }
    return .count
  }

  /// What of a pod fits a rule; `nil` when nothing does.
  private func cause(_ rule: JSON, _ pod: KubernetesObject) -> String? {
    for pattern in rule["onPodConditions"]?.elements ?? [] {
      guard let type = pattern["type"]?.string else { continue }
      let status = pod.status["conditions"]?.elements.first { $0["type"]?.string == type }?["status"]?.string
      if status == pattern["status"]?.string ?? "True" {
        return "Pod \(pod.namespace)/\(pod.name) has condition \(type)"
      }
    }
    guard let codes = rule["onExitCodes"] else { return nil }
    let values = codes["values"]?.elements.compactMap(\.integer) ?? []
    for container in pod.status["containerStatuses"]?.elements ?? [] {
      let name = container["name"]?.string ?? ""
      guard codes["containerName"] == nil || codes["containerName"]?.string == name,
        let code = container.at("state", "terminated", "exitCode")?.integer, code != 0
      else { continue }
      if values.contains(code) == (codes["operator"]?.string == "In") {
        return "Container \(name) for pod \(pod.namespace)/\(pod.name) failed with exit code \(code)"
      }
    }
    return nil
  }
}
