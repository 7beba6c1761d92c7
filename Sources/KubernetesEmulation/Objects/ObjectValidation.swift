import WireProtocols

/// What the server refuses to keep: names, labels and workloads that the real one calls invalid.
enum ObjectValidation {
  typealias Cause = APIStatus.Cause

  /// Everything that is wrong with an object.
  static func causes(_ object: KubernetesObject, of type: ResourceType) -> [Cause] {
    var causes: [Cause] = []
    let isLabel = type == .namespace
    if let why = isLabel ? nameProblem(label: object.name) : nameProblem(subdomain: object.name) {
      causes.append(.invalid("metadata.name", object.name, why))
    }
    causes += labelCauses(object.json.at("metadata", "labels"), at: "metadata.labels")
    for member in object.json.at("metadata", "annotations")?.members ?? [] {
      if let why = keyProblem(member.name.lowercased()) {
        causes.append(.invalid("metadata.annotations", member.name, why))
      }
    }
    switch type {
    case .pod: causes += podCauses(object.spec, at: "spec")
    case .deployment, .replicaSet, .daemonSet:
      causes += selectorCauses(object)
      causes += templateCauses(object)
    case .job: causes += templateCauses(object)
    default: break
    }
    return causes
  }

  /// What must not change once an object is there.
  static func changeCauses(from old: KubernetesObject, to new: KubernetesObject, of type: ResourceType) -> [Cause] {
    switch type {
    case .deployment, .replicaSet, .daemonSet, .job:
      guard let selector = old.spec["selector"], let changed = new.spec["selector"], !selector.means(changed) else {
        return []
      }
      return [
        .init(
          reason: "FieldValueInvalid", message: "Invalid value: \(changed.text): field is immutable",
          field: "spec.selector")
      ]
    case .pod:
      guard !mutable(old.spec).means(mutable(new.spec)) else { return [] }
      return [
        .forbidden(
          "spec",
          "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
            + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
            + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)")
      ]
    default: return []
    }
  }

  /// A pod's spec without what may change.
  private static func mutable(_ spec: JSON) -> JSON {
    var spec = spec
    for name in ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds"] { spec.set(nil, at: name) }
    for list in ["containers", "initContainers"] where spec[list] != nil {
      spec.set(.array(spec[list]?.elements.map { $0.setting(nil, at: ["image"]) } ?? []), at: list)
    }
    return spec
  }

  private static func selectorCauses(_ object: KubernetesObject) -> [Cause] {
    guard let selector = object.spec["selector"] else { return [.required("spec.selector")] }
    let labels = object.spec.at("template", "metadata", "labels") ?? .object([])
    guard LabelSelector(selector).matches(labels.members) else {
      return [
        .init(
          reason: "FieldValueInvalid",
          message: "Invalid value: \(labels.text): `selector` does not match template `labels`",
          field: "spec.template.metadata.labels")
      ]
    }
    return []
  }

  private static func templateCauses(_ object: KubernetesObject) -> [Cause] {
    let labels = object.spec.at("template", "metadata", "labels")
    return labelCauses(labels, at: "spec.template.metadata.labels")
      + podCauses(object.spec.at("template", "spec") ?? .object([]), at: "spec.template.spec")
  }

  private static func podCauses(_ spec: JSON, at path: String) -> [Cause] {
    let containers = spec["containers"]?.elements ?? []
    guard !containers.isEmpty else { return [.required("\(path).containers")] }
    return containers.enumerated().flatMap { index, container -> [Cause] in
      var causes: [Cause] = []
      let place = "\(path).containers[\(index)]"
      let name = container["name"]?.string ?? ""
      if name.isEmpty {
        causes.append(.required("\(place).name"))
      } else if let why = nameProblem(label: name) {
        causes.append(.invalid("\(place).name", name, why))
      }
      if (container["image"]?.string ?? "").isEmpty { causes.append(.required("\(place).image")) }
      for section in ["limits", "requests"] {
        for member in container.at("resources", section)?.members ?? [] where ResourceQuantity(member.value) == nil {
          causes.append(
            .invalid(
              "\(place).resources.\(section)[\(member.name)]", member.value.string ?? member.value.text,
              "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"))
        }
      }
      return causes
    }
  }

  /// What is wrong with labels.
  static func labelCauses(_ labels: JSON?, at path: String) -> [Cause] {
    (labels?.members ?? []).flatMap { member -> [Cause] in
      var causes: [Cause] = []
      if let why = keyProblem(member.name) { causes.append(.invalid(path, member.name, why)) }
      if let why = labelValueProblem(member.value.string ?? "") {
        causes.append(.invalid(path, member.value.string ?? "", why))
      }
      return causes
    }
  }

  static func labelValueProblem(_ value: String) -> String? {
    if value.utf8.count > 63 { return "must be no more than 63 characters" }
    guard !value.isEmpty, !isWord(value, inner: "-_.") else { return nil }
    return "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
      + "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for "
      + "validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
  }

  /// What is wrong with the key of a label or an annotation.
  static func keyProblem(_ key: String) -> String? {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 2 {
      if parts[0].isEmpty { return "prefix part must be non-empty" }
      if let why = nameProblem(subdomain: String(parts[0])) { return "prefix part \(why)" }
    }
    let shape =
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
      + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
      + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
    guard parts.count <= 2, let name = parts.last else {
      return "a qualified name \(shape) with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
    }
    if name.isEmpty { return "name part must be non-empty" }
    if name.utf8.count > 63 { return "name part must be no more than 63 characters" }
    return isWord(String(name), inner: "-_.") ? nil : "name part \(shape)"
  }

  static func nameProblem(subdomain name: String) -> String? {
    if name.utf8.count > 253 { return "must be no more than 253 characters" }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard !parts.allSatisfy({ isWord(String($0), inner: "-") && $0 == $0.lowercased() }) else { return nil }
    return "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
      + "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
      + #"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#
  }

  static func nameProblem(label name: String) -> String? {
    if name.utf8.count > 63 { return "must be no more than 63 characters" }
    guard !isWord(name, inner: "-") || name != name.lowercased() else { return nil }
    return "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and "
      + "end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
      + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
  }

  /// Whether a text begins and ends with an ASCII letter or digit and has nothing but those and some others inside.
  private static func isWord(_ text: String, inner: String) -> Bool {
    func isAlphanumeric(_ byte: UInt8) -> Bool {
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
    guard let first = text.utf8.first, let last = text.utf8.last, isAlphanumeric(first), isAlphanumeric(last) else {
      return false
    }
    return text.utf8.allSatisfy { isAlphanumeric($0) || inner.utf8.contains($0) }
  }
}
