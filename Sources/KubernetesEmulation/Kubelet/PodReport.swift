import PodEmulation
import WireProtocols

/// How a container ended, as a pod's status says it.
struct ContainerEnd: Hashable {
  let exitCode: Int
  let reason: String

  init(_ exit: PodExit, _ failure: PodFailure?) {
    switch (failure, exit) {
    case (.outOfMemory, _): (exitCode, reason) = (137, "OOMKilled")
    case (.crashes(let code), _): (exitCode, reason) = (Int(code), code == 0 ? "Completed" : "Error")
    case (_, .exited(let code)): (exitCode, reason) = (Int(code), code == 0 ? "Completed" : "Error")
    case (_, .signalled(let signal)): (exitCode, reason) = (128 + Int(signal), "Error")
    }
  }
}

/// What the kubelet says of a pod.
enum PodState {
  case waiting(reason: String, message: String?)
  case running
  /// It has ended for good.
  case terminated(ContainerEnd)
  /// It has ended and will be started again.
  case crashed(ContainerEnd)
  case evicted(message: String)
}

extension Kubelet {
  /// Writes down how a pod is.
  func report(_ pod: Pod, _ state: PodState) {
    let time = parts.writer.clock.timestamp
    // The pod may have gone meanwhile.
    _ = try? parts.writer.change(.pod, in: pod.key.namespace, pod.key.name, .statusOnly, by: .cluster) { object in
      guard object.uid == pod.uid else { return object }
      return Self.reported(object, pod, state, at: time)
    }
  }

  private static func reported(
    _ object: KubernetesObject, _ pod: Pod, _ state: PodState, at time: String
  ) -> KubernetesObject {
    var object = object
    object.json.set(.string(pod.nodeAddress), at: "status", "hostIP")
    object.json.setDefault(.string(time), at: "status", "startTime")
    if let address = pod.address {
      object.json.set(.string(address), at: "status", "podIP")
      object.json.set([["ip": .string(address)]], at: "status", "podIPs")
    }
    let isRunning = if case .running = state { true } else { false }
    object.json.set(.string(phase(state, restarts: pod.restarts)), at: "status", "phase")
    if case .evicted(let message) = state {
      object.json.set("Evicted", at: "status", "reason")
      object.json.set(.string(message), at: "status", "message")
      object.setCondition("DisruptionTarget", "True", reason: "TerminationByKubelet", message: message, at: time)
    }
    object.setCondition("Initialized", "True", at: time)
    let reason: String? =
      isRunning ? nil : phase(state, restarts: 0) == "Succeeded" ? "PodCompleted" : "ContainersNotReady"
    for condition in ["Ready", "ContainersReady"] {
      object.setCondition(condition, isRunning ? "True" : "False", reason: reason, at: time)
    }
    let old = object.status["containerStatuses"]?.elements.first
    let statuses = (object.spec["containers"]?.elements ?? []).map { container in
      containerStatus(container, state, restarts: pod.restarts, before: old, uid: pod.uid, at: time)
    }
    object.json.set(.array(statuses), at: "status", "containerStatuses")
    return object
  }

  private static func phase(_ state: PodState, restarts: Int) -> String {
    switch state {
    case .waiting: restarts > 0 ? "Running" : "Pending"
    case .running, .crashed: "Running"
    case .terminated(let end): end.exitCode == 0 ? "Succeeded" : "Failed"
    case .evicted: "Failed"
    }
  }

  private static func containerStatus(
    _ container: JSON, _ state: PodState, restarts: Int, before old: JSON?, uid: String, at time: String
  ) -> JSON {
    let isRunning = if case .running = state { true } else { false }
    var status: JSON = [
      "name": container["name"] ?? "", "state": containerState(state, before: old, at: time),
      "lastState": lastState(state, before: old, at: time), "ready": .bool(isRunning),
      "restartCount": .integer(Int64(restarts)), "image": container["image"] ?? "",
      "imageID": "", "started": .bool(isRunning),
    ]
    if case .waiting = state, restarts == 0 { return status }
    status.set(.string("emulated://\(uid)/\(restarts)"), at: "containerID")
    return status
  }

  private static func containerState(_ state: PodState, before old: JSON?, at time: String) -> JSON {
    switch state {
    case .waiting(let reason, let message):
      var waiting: JSON = ["reason": .string(reason)]
      if let message { waiting.set(.string(message), at: "message") }
      return ["waiting": waiting]
    case .running: return ["running": ["startedAt": .string(time)]]
    case .crashed:
      return ["waiting": ["reason": "CrashLoopBackOff", "message": "back-off restarting failed container"]]
    case .terminated(let end): return ["terminated": terminated(end, before: old, at: time)]
    case .evicted:
      return ["terminated": ["exitCode": 137, "reason": "Error", "finishedAt": .string(time)]]
    }
  }

  private static func lastState(_ state: PodState, before old: JSON?, at time: String) -> JSON {
    guard case .crashed(let end) = state else { return old?["lastState"] ?? .object([]) }
    return ["terminated": terminated(end, before: old, at: time)]
  }

  private static func terminated(_ end: ContainerEnd, before old: JSON?, at time: String) -> JSON {
    [
      "exitCode": .integer(Int64(end.exitCode)), "reason": .string(end.reason),
      "startedAt": old?.at("state", "running", "startedAt") ?? .string(time), "finishedAt": .string(time),
    ]
  }
}
