import WireProtocols

extension APIServer {
  private func origin(_ request: APIRequest) throws(APIStatus) -> ObjectWriter.Origin {
    ObjectWriter.Origin(manager: request.manager, isDryRun: try request.isDryRun())
  }

  private func send(
    _ code: Int, _ object: KubernetesObject, _ request: APIRequest, _ type: ResourceType, _ answer: APIAnswer
  ) {
    guard request.wantsTable else { return answer.send(code, object.json) }
    answer.send(code, table(type, request).json(of: [object], version: "\(object.resourceVersion)"))
  }

  func create(_ request: APIRequest, _ type: ResourceType, _ answer: APIAnswer) throws(APIStatus) {
    if let subresource = request.subresource { return try createSubresource(subresource, request, type, answer) }
    guard request.name == nil, !type.isNamespaced || request.namespace != nil else { throw .methodNotAllowed }
    var answer = answer
    let json = try RequestBody.object(request)
    try checkKind(json, type)
    let known = try FieldValidation(request).known(json, type, warnings: &answer.warnings)
    let object = try writer.create(type, in: request.namespace ?? "", known, by: try origin(request))
    send(201, object, request, type, answer)
  }

  private func createSubresource(
    _ subresource: String, _ request: APIRequest, _ type: ResourceType, _ answer: APIAnswer
  ) throws(APIStatus) {
    let (namespace, name) = (request.namespace ?? "", request.name ?? "")
    let body = try RequestBody.object(request)
    switch subresource {
    case "eviction":
      _ = try writer.delete(type, in: namespace, name, try deleteOptions(request, body["deleteOptions"]))
    case "binding":
      try writer.change(type, in: namespace, name, .everything, by: .cluster) { pod in
        var pod = pod
        pod.json.set(body.at("target", "name"), at: "spec", "nodeName")
        return pod
      }
    default: throw .methodNotAllowed
    }
    answer.send(201, Self.success(nil, type, name))
  }

  /// An object must be of the kind that its path is for.
  private func checkKind(_ json: JSON, _ type: ResourceType) throws(APIStatus) {
    guard case .object = json else { throw .badRequest("the body of the request is \(json.kind), not an object") }
    let (kind, apiVersion) = (json["kind"]?.string ?? type.kind, json["apiVersion"]?.string ?? type.apiVersion)
    guard kind == type.kind, apiVersion == type.apiVersion else {
      throw .badRequest(
        "the API version and kind in the data (\(apiVersion), Kind=\(kind)) do not match the expected "
          + "(\(type.apiVersion), Kind=\(type.kind))")
    }
  }

  func replace(_ request: APIRequest, _ type: ResourceType, _ answer: APIAnswer) throws(APIStatus) {
    let json = try RequestBody.object(request)
    let (namespace, name) = (request.namespace ?? "", request.name ?? "")
    if request.subresource == "scale" {
      let object = try scale(request, type) { (_) throws(APIStatus) in json }
      return answer.send(200, Scale.json(of: object, type))
    }
    try checkKind(json, type)
    var answer = answer
    let known = try FieldValidation(request).known(json, type, warnings: &answer.warnings)
    let finalizes = request.subresource == "finalize"
    let object = try writer.change(
      type, in: namespace, name, request.subresource == "status" ? .statusOnly : .withoutStatus, by: try origin(request)
    ) { old in
      var new = KubernetesObject(known)
      // The finalizers of a namespace's contents change only in the way that is made for it.
      if type == .namespace, !finalizes { new.json.set(old.spec["finalizers"], at: "spec", "finalizers") }
      if request.subresource == "status" { return Self.withStatus(new, in: old) }
      return new
    }
    send(200, object, request, type, answer)
  }

  /// An object with another's status; its name and version are checked with it.
  private static func withStatus(_ new: KubernetesObject, in old: KubernetesObject) -> KubernetesObject {
    var result = old
    result.json.set(new.json["status"], at: "status")
    result.json.set(new.json.at("metadata", "resourceVersion"), at: "metadata", "resourceVersion")
    return result
  }

  // MARK: Patches

  private static let patchTypes = [
    "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
  ]

  func patch(_ request: APIRequest, _ type: ResourceType, _ answer: APIAnswer) throws(APIStatus) {
    guard Self.patchTypes.contains(request.contentType) else {
      throw .unsupportedMediaType(request.contentType, allowed: Self.patchTypes)
    }
    if request.contentType == "application/apply-patch+yaml" { return try apply(request, type, answer) }
    let patch = try RequestBody.json(request.body)
    if request.subresource == "scale" {
      let object = try scale(request, type) { (json) throws(APIStatus) in try Self.patched(json, patch, request) }
      return answer.send(200, Scale.json(of: object, type))
    }
    var answer = answer
    let scope: ObjectWriter.Scope = request.subresource == "status" ? .statusOnly : .withoutStatus
    let object = try writer.change(
      type, in: request.namespace ?? "", request.name ?? "", scope, by: try origin(request)
    ) { (old) throws(APIStatus) in
      let new = try Self.patched(old.json, patch, request)
      return KubernetesObject(try FieldValidation(request).known(new, type, warnings: &answer.warnings))
    }
    send(200, object, request, type, answer)
  }

  private static func patched(_ json: JSON, _ patch: JSON, _ request: APIRequest) throws(APIStatus) -> JSON {
    switch request.contentType {
    case "application/json-patch+json": try JSONPatch.apply(patch, to: json)
    case "application/merge-patch+json": MergePatch.apply(patch, to: json)
    default: try StrategicMergePatch.apply(patch, to: json)
    }
  }

  /// Server-side apply, which also makes what is not there.
  private func apply(_ request: APIRequest, _ type: ResourceType, _ answer: APIAnswer) throws(APIStatus) {
    guard let manager = request.query["fieldManager"], !manager.isEmpty else {
      var status = APIStatus(
        422, "Invalid",
        "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch")
      status.causes = [.required("fieldManager", "is required for apply patch")]
      throw status
    }
    let json = try RequestBody.yaml(request.body)
    guard json["kind"] != nil, json["apiVersion"] != nil else {
      throw .badRequest("invalid object type: apiVersion and kind must be set in an apply patch")
    }
    try checkKind(json, type)
    let (namespace, name) = (request.namespace ?? "", request.name ?? "")
    guard json.at("metadata", "managedFields")?.elements.isEmpty ?? true else {
      throw .badRequest("metadata.managedFields must be nil")
    }
    guard (json.at("metadata", "name")?.string ?? name) == name else {
      throw .badRequest("the name of the object does not match the name on the URL (\(name))")
    }
    if let unknown = FieldNames.of(type).unknown(in: json).first {
      throw .badRequest(
        "failed to create typed patch object (\(namespace)/\(name); \(type.apiVersion), Kind=\(type.kind)): "
          + ".\(unknown): field not declared in schema")
    }
    let applying = ServerSideApply(
      manager: manager, isForced: request.query.isTrue("force"), subresource: request.subresource,
      time: writer.clock.timestamp)
    var origin = try origin(request)
    origin.keepsOwners = true
    guard store.get(type, namespace, name) != nil else {
      guard request.subresource == nil else { throw .notFound(type, name) }
      var made = try applying.apply(json, to: nil, type: type)
      made.json.set(.string(name), at: "metadata", "name")
      return send(201, try writer.create(type, in: namespace, made.json, by: origin), request, type, answer)
    }
    let version = json.at("metadata", "resourceVersion")
    let object = try writer.change(
      type, in: namespace, name, request.subresource == "status" ? .statusOnly : .withoutStatus, by: origin
    ) { (old) throws(APIStatus) in
      var new = try applying.apply(json, to: old, type: type)
      if let version { new.json.set(version, at: "metadata", "resourceVersion") }
      if let uid = json.at("metadata", "uid") { new.json.set(uid, at: "metadata", "uid") }
      return new
    }
    send(200, object, request, type, answer)
  }

  /// Changes how many pods a workload has.
  private func scale(
    _ request: APIRequest, _ type: ResourceType, _ body: (JSON) throws(APIStatus) -> JSON
  ) throws(APIStatus) -> KubernetesObject {
    try writer.change(type, in: request.namespace ?? "", request.name ?? "", .withoutStatus, by: try origin(request)) {
      (old) throws(APIStatus) in
      let scale = try body(Scale.json(of: old, type))
      var new = old
      new.json.set(scale.at("spec", "replicas") ?? 0, at: "spec", "replicas")
      if let version = scale.at("metadata", "resourceVersion") {
        new.json.set(version, at: "metadata", "resourceVersion")
      }
      return new
    }
  }
}
