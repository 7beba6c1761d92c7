import WireProtocols

/// Which objects are meant, by a few of their fields.
struct FieldSelector: Hashable {
  private struct Requirement: Hashable {
    let field: String
    let value: String
    let isEqual: Bool
  }

  private let requirements: [Requirement]

  /// Everything.
  static let everything = FieldSelector(requirements: [])

  private init(requirements: [Requirement]) {
    self.requirements = requirements
  }

  /// A selector as it stands in a query, for example `spec.nodeName=a,status.phase!=Failed`.
  ///
  /// - Throws: a status 400 for anything else, or a field that the kind cannot be selected by.
  init(parsing text: String, for type: ResourceType) throws(APIStatus) {
    var requirements: [Requirement] = []
    for term in text.split(separator: ",") {
      let isEqual = !term.contains("!=")
      let separator = isEqual ? (term.contains("==") ? "==" : "=") : "!="
      guard let range = term.firstRange(of: separator) else {
        throw .badRequest("invalid selector: '\(text)'; can't understand '\(term)'")
      }
      let field = String(term[..<range.lowerBound])
      guard Self.fields(of: type).contains(field) else {
        throw .badRequest("field label not supported: \(field)")
      }
      requirements.append(
        Requirement(field: field, value: String(term[range.upperBound...]), isEqual: isEqual))
    }
    self.requirements = requirements
  }

  func matches(_ object: KubernetesObject) -> Bool {
    requirements.allSatisfy { requirement in
      let path = requirement.field.split(separator: ".").map(String.init)
      let value: String
      switch object.json.at(path[...]) {
      case .string(let text): value = text
      case .bool(let flag): value = "\(flag)"
      case .integer(let number): value = "\(number)"
      default: value = requirement.field == "spec.unschedulable" ? "false" : ""
      }
      return (value == requirement.value) == requirement.isEqual
    }
  }

  /// The fields that objects of a kind can be selected by.
  private static func fields(of type: ResourceType) -> [String] {
    let common = ["metadata.name"] + (type.isNamespaced ? ["metadata.namespace"] : [])
    switch type {
    case .pod:
      return common + [
        "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
        "status.phase", "status.podIP", "status.nominatedNodeName",
      ]
    case .node: return common + ["spec.unschedulable"]
    case .namespace: return common + ["status.phase"]
    case .secret: return common + ["type"]
    case .job: return common + ["status.successful"]
    case .replicaSet: return common + ["status.replicas"]
    case .event:
      return common + [
        "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
        "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
        "reportingComponent", "source", "type",
      ]
    default: return common
    }
  }
}
