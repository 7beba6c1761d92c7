import PodEmulation
import WireProtocols

/// The environment of a container, its references resolved.
struct PodEnvironment {
  let store: ObjectStore
  let pod: KubernetesObject
  /// The addresses of the pod and its node.
  let podAddress: String
  let nodeAddress: String

  /// The variables of a container in its order, those of whole Secrets and ConfigMaps first.
  func variables(of container: JSON) -> [PodProcess.Variable] {
    var variables = (container["envFrom"]?.elements ?? []).flatMap(everything)
    for entry in container["env"]?.elements ?? [] {
      guard let name = entry["name"]?.string else { continue }
      let value = entry["value"]?.string ?? entry["valueFrom"].flatMap(resolve)
      variables.append(.init(name, expanded(value ?? "", variables)))
    }
    return variables
  }

  /// Text in which `$(NAME)` stands for an earlier variable.
  private func expanded(_ text: String, _ variables: [PodProcess.Variable]) -> String {
    guard text.contains("$(") else { return text }
    return variables.reduce(text) {
      $0.split(separator: "$(\($1.name))", omittingEmptySubsequences: false).joined(separator: $1.value)
    }
  }

  private func everything(from source: JSON) -> [PodProcess.Variable] {
    let prefix = source["prefix"]?.string ?? ""
    if let name = source.at("configMapRef", "name")?.string {
      let data = store.get(.configMap, pod.namespace, name)?.json["data"]?.members ?? []
      return data.map { .init(prefix + $0.name, $0.value.string ?? "") }
    }
    let name = source.at("secretRef", "name")?.string ?? ""
    let data = store.get(.secret, pod.namespace, name)?.json["data"]?.members ?? []
    return data.map { .init(prefix + $0.name, Base64.decode($0.value.string ?? "") ?? "") }
  }

  private func resolve(_ source: JSON) -> String? {
    if let path = source.at("fieldRef", "fieldPath")?.string { return field(path) }
    if let reference = source["configMapKeyRef"] {
      return store.get(.configMap, pod.namespace, reference["name"]?.string ?? "")?.json["data"]?[
        reference["key"]?.string ?? ""]?.string
    }
    if let reference = source["secretKeyRef"] {
      let text = store.get(.secret, pod.namespace, reference["name"]?.string ?? "")?.json["data"]?[
        reference["key"]?.string ?? ""]?.string
      return text.flatMap(Base64.decode)
    }
    return nil
  }

  private func field(_ path: String) -> String? {
    switch path {
    case "metadata.name": return pod.name
    case "metadata.namespace": return pod.namespace
    case "metadata.uid": return pod.uid
    case "spec.nodeName": return pod.spec["nodeName"]?.string
    case "spec.serviceAccountName": return pod.spec["serviceAccountName"]?.string ?? "default"
    case "status.podIP": return podAddress
    case "status.hostIP": return nodeAddress
    default:
      let parts = path.split(separator: "'")
      guard parts.count == 3 else { return nil }
      return parts[0] == "metadata.labels[" ? pod.label(String(parts[1])) : pod.annotation(String(parts[1]))
    }
  }
}

extension Base64 {
  /// The text of bytes written in 64 characters; `nil` where it is none.
  static func decode(_ text: String) -> String? {
    var bytes: [UInt8] = []
    var bits = 0
    var count = 0
    for character in text.utf8 where character != UInt8(ascii: "=") && character > 0x20 {
      guard let value = value(of: character) else { return nil }
      bits = (bits << 6 | value) & 0xFFFFFF
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(bits >> count & 0xFF))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func value(of character: UInt8) -> Int? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(character) - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(character) - 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(character) + 4
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
