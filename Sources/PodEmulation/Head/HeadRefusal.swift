import ServingModel
import WireProtocols

/// Why an emulated head does not do what it is asked for.
enum HeadRefusal: Error, Equatable {
  /// A model is not named as a replica of a model.
  case badName(String)
  /// The configuration has no such model.
  case unknownModel(String)
  /// A model is registered with another body already.
  case registeredOtherwise(String)
  /// Requests have come already.
  case tooLate(String)
  /// A number of the scaling is not the deployment's.
  case otherScaling(member: String, value: Int, allowed: String)
  /// The workers named are not those whose GPUs are as large as the smallest among them.
  case otherNodes(named: [String], allowed: [String])
  /// A named worker's GPU cannot hold the model.
  case tooLarge(model: String, node: String, gpuMemoryGB: Int)
  /// The model is not registered.
  case notRegistered(String)
  /// The answer is to come token by token.
  case streamed

  /// The status of the answer.
  var status: Int {
    if case .notRegistered = self { 404 } else { 400 }
  }
}

extension HeadRefusal: CustomStringConvertible {
  /// One sentence: what is wrong, and what is allowed.
  var description: String {
    switch self {
    case .badName(let name): "`model` must be a model and its replica, vendor/name/0 for example, not \"\(name)\"."
    case .unknownModel(let name): "There is no model \(name); add it to the configuration's models."
    case .registeredOtherwise(let name):
      "\(name) is registered already, with another body; start the head anew to register it otherwise."
    case .tooLate(let name): "\(name) comes too late: models are registered before the first request."
    case .otherScaling(let member, let value, let allowed):
      "`\(member)` is \(value); allowed in this deployment: \(allowed)."
    case .otherNodes(let named, let allowed):
      "`target_nodes` names \(named.joined(separator: ", ")); allowed: all workers whose GPUs are as large, "
        + "\(allowed.joined(separator: ", "))."
    case .tooLarge(let model, let node, let gpuMemoryGB):
      "`target_nodes` names worker \(node), whose GPUs of \(gpuMemoryGB) GB cannot hold \(model); name larger ones."
    case .notRegistered(let name):
      "There is no model \(name) here; register it with POST \(ServerlessLLMRegistration.path)."
    case .streamed: "`stream` is true; answers come whole here, so leave it out."
    }
  }
}
