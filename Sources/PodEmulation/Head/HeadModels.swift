import ClusterSimulation
import Quantities
import ServingModel
import WireProtocols

/// The models that have been registered with an emulated head.
struct HeadModels {
  private(set) var registrations: [ServerlessLLMRegistration] = []
  /// The models as the simulation takes them, in the order of their registration.
  private(set) var deployed: [(deployment: ModelDeployment, model: SimulatedModel)] = []
  /// Whether no more models are taken.
  var isClosed = false

  /// The position of a model; `nil` unless it is registered.
  func index(of model: String) -> DeploymentIndex? {
    registrations.firstIndex { $0.model == model }
  }

  /// Registers a model; once more with the same body changes nothing.
  mutating func register(
    _ registration: ServerlessLLMRegistration, settings: EmulatedHeadSettings
  ) throws(HeadRefusal) {
    if let known = index(of: registration.model) {
      guard registrations[known] == registration else { throw .registeredOtherwise(registration.model) }
      return
    }
    guard !isClosed else { throw .tooLate(registration.model) }
    guard let name = ModelInstanceName(registration.model) else { throw .badName(registration.model) }
    guard let model = settings.model(name) else { throw .unknownModel(name.model) }
    try Self.checkScaling(registration, settings)
    let memory = try Self.gpuMemory(of: registration, settings)
    guard model.bytes <= .gibibytes(Double(memory.gigabytes)) else {
      throw .tooLarge(model: registration.model, node: memory.node, gpuMemoryGB: memory.gigabytes)
    }
    registrations.append(registration)
    let deployment = ModelDeployment(
      // The control plane puts a model on the workers whose GPUs have its size: with this size, on those that are named.
      name: name, schedulerSizeGB: memory.gigabytes, weights: model.bytes, slo: Self.anyTime)
    deployed.append((deployment, model))
  }

  /// ServerlessLLM knows no objectives.
  private static let anyTime = SLO(timeToFirstToken: .seconds(3600), timePerOutputToken: .seconds(3600))

  /// The simulated control plane scales from zero to all GPUs, and aims for what an instance takes.
  private static func checkScaling(
    _ registration: ServerlessLLMRegistration, _ settings: EmulatedHeadSettings
  ) throws(HeadRefusal) {
    let target = settings.controlPlane.concurrencyTarget
    guard registration.concurrencyTarget == target else {
      throw .otherScaling(member: "target", value: registration.concurrencyTarget, allowed: "\(target)")
    }
    guard registration.instances.lowerBound == 0 else {
      throw .otherScaling(member: "min_instances", value: registration.instances.lowerBound, allowed: "0")
    }
    let gpus = settings.instanceTypes.reduce(0) { $0 + $1.gpuCount }
    guard registration.instances.upperBound >= gpus else {
      throw .otherScaling(
        member: "max_instances", value: registration.instances.upperBound, allowed: "at least \(gpus), one for each GPU"
      )
    }
  }

  /// The memory of the smallest GPU among the workers that are named, which must be all with GPUs of at least that size.
  private static func gpuMemory(
    of registration: ServerlessLLMRegistration, _ settings: EmulatedHeadSettings
  ) throws(HeadRefusal) -> (gigabytes: Int, node: String) {
    let workers = zip(settings.machines.workers, settings.instanceTypes).map { ("\($0.id)", $1.gpuMemoryGB) }
    let named = registration.targetNodes
    guard let least = workers.filter({ named.contains($0.0) }).min(by: { $0.1 < $1.1 }) else {
      throw .otherNodes(named: named.isEmpty ? ["none"] : named, allowed: workers.map(\.0))
    }
    let suitable = workers.filter { $0.1 >= least.1 }.map(\.0)
    guard named.sorted() == suitable.sorted() else { throw .otherNodes(named: named, allowed: suitable) }
    return (least.1, least.0)
  }
}

extension ModelInstanceName {
  /// Reads `vendor/name/k`; `nil` where a text is not written so.
  fileprivate init?(_ text: String) {
    guard let slash = text.lastIndex(of: "/"), let replica = Int(text[text.index(after: slash)...]) else { return nil }
    self.init(model: String(text[..<slash]), replica: replica)
    guard replica >= 0, !model.isEmpty, description == text else { return nil }
  }
}
