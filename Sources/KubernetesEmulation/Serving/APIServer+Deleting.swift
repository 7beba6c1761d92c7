import WireProtocols

/// Deletions of one object or many.
extension APIServer {
  func deleteOptions(_ request: APIRequest, _ json: JSON?) throws(APIStatus) -> DeleteOptions {
    var options = DeleteOptions()
    let query = request.query
    options.gracePeriodSeconds =
      json?["gracePeriodSeconds"]?.integer ?? query["gracePeriodSeconds"].flatMap { Int($0) }
    if let text = json?["propagationPolicy"]?.string ?? query["propagationPolicy"] {
      guard let propagation = DeleteOptions.Propagation(rawValue: text) else {
        throw APIStatus(
          422, "Invalid",
          "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: \"\(text)\": supported "
            + "values: \"Foreground\", \"Background\", \"Orphan\"")
      }
      options.propagation = propagation
    } else if let orphans = json?["orphanDependents"]?.bool {
      options.propagation = orphans ? .orphan : .background
    }
    options.uid = json?.at("preconditions", "uid")?.string
    options.resourceVersion = json?.at("preconditions", "resourceVersion")?.string
    options.isDryRun = try request.isDryRun()
    if let dryRun = json?["dryRun"]?.elements, !dryRun.isEmpty { options.isDryRun = true }
    return options
  }

  private func deleteOptions(_ request: APIRequest) throws(APIStatus) -> DeleteOptions {
    try deleteOptions(request, request.body.isEmpty ? nil : try RequestBody.object(request))
  }

  func delete(_ request: APIRequest, _ type: ResourceType, _ answer: APIAnswer) throws(APIStatus) {
    guard request.subresource == nil else { throw .methodNotAllowed }
    let name = request.name ?? ""
    switch try writer.delete(type, in: request.namespace ?? "", name, try deleteOptions(request)) {
    case .marked(let object): answer.send(200, object.json)
    case .gone(let object) where type == .pod: answer.send(200, object.json)
    case .gone(let object): answer.send(200, Self.success(object.uid, type, name))
    }
  }

  func deleteCollection(_ request: APIRequest, _ type: ResourceType, _ answer: APIAnswer) throws(APIStatus) {
    guard !type.isNamespaced || request.namespace != nil else { throw .methodNotAllowed }
    let options = try deleteOptions(request)
    let objects = store.list(type, try request.filter(type))
    for object in objects { try writer.delete(type, in: object.namespace, object.name, options) }
    answer.send(
      200,
      [
        "kind": .string("\(type.kind)List"), "apiVersion": .string(type.apiVersion),
        "metadata": ["resourceVersion": .string("\(store.revision)")], "items": .array(objects.map(\.json)),
      ])
  }

  static func success(_ uid: String?, _ type: ResourceType, _ name: String) -> JSON {
    var details: JSON = ["name": .string(name)]
    if !type.group.isEmpty { details.set(.string(type.group), at: "group") }
    details.set(.string(type.plural), at: "kind")
    if let uid { details.set(.string(uid), at: "uid") }
    return ["kind": "Status", "apiVersion": "v1", "metadata": .object([]), "status": "Success", "details": details]
  }
}
