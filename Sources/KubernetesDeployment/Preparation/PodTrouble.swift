import KubernetesClient
import WireProtocols

/// Why a pod does not run, in the cluster's own words.
public enum PodTrouble {
  /// Reasons of a waiting container that time alone does not mend.
  private static let stuck = [
    "ImagePullBackOff", "ErrImagePull", "InvalidImageName", "CrashLoopBackOff", "CreateContainerConfigError",
    "CreateContainerError",
  ]

  /// What keeps a pod from running, or has ended it; `nil` when it runs or is merely on its way.
  public static func reason(of pod: KubernetesObject) -> String? {
    if pod["status", "phase"]?.string == "Failed" {
      return sentence(pod["status", "reason"], pod["status", "message"]) ?? ended(pod) ?? "it failed"
    }
    let conditions = pod["status", "conditions"]?.array ?? []
    if let condition = conditions.first(where: { $0["type"]?.string == "PodScheduled" }),
      condition["status"]?.string == "False"
    {
      return sentence(condition["reason"], condition["message"])
    }
    for container in containers(pod) {
      if let waiting = container["state"]?["waiting"], let reason = waiting["reason"]?.string, stuck.contains(reason) {
        return sentence(waiting["reason"], waiting["message"])
      }
    }
    return nil
  }

  /// How often containers of a pod have been started again.
  static func restarts(of pod: KubernetesObject) -> Int {
    containers(pod).reduce(0) { $0 + Int($1["restartCount"]?.integer ?? 0) }
  }

  /// How a container that was started again had ended; `nil` when none was.
  static func lastEnd(of pod: KubernetesObject) -> String? {
    for container in containers(pod) {
      for state in ["state", "lastState"] {
        if let end = container[state]?["terminated"] { return "its container ended: \(words(of: end))" }
      }
    }
    return nil
  }

  private static func words(of end: JSON) -> String {
    let code = end["exitCode"]?.integer.map { " (exit code \($0))" } ?? ""
    return (sentence(end["reason"], end["message"]) ?? "it ended") + code
  }

  private static func containers(_ pod: KubernetesObject) -> [JSON] {
    (pod["status", "initContainerStatuses"]?.array ?? []) + (pod["status", "containerStatuses"]?.array ?? [])
  }

  private static func ended(_ pod: KubernetesObject) -> String? {
    for container in containers(pod) {
      guard let end = container["state"]?["terminated"], end["exitCode"]?.integer != 0 else { continue }
      return words(of: end)
    }
    return nil
  }

  private static func sentence(_ reason: JSON?, _ message: JSON?) -> String? {
    let texts = [reason?.string, message?.string].compactMap { $0 }.filter { !$0.isEmpty }
    let line = texts.joined(separator: ": ").onOneLine
    // It becomes a part of our sentences, which end by themselves.
    return line.isEmpty ? nil : String(line.hasSuffix(".") ? line.dropLast() : line[...])
  }
}
