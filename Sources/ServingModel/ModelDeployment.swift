import Quantities

/// One servable model of a cluster: a model and a replica number (a distinct fine-tuned model of that size).
public struct ModelInstanceName: Hashable, Sendable, CustomStringConvertible {
  /// The model's identifier, `vendor/name`.
  public let model: String
  /// The replica number, from 0.
  public let replica: Int

  /// The name of a replica of a model.
  public init(model: String, replica: Int) {
    self.model = model
    self.replica = replica
  }

  /// The name as it travels in requests: `vendor/name/k`.
  public var description: String {
    "\(model)/\(replica)"
  }
}

/// A model that the cluster serves, with what the control plane knows of it.
public struct ModelDeployment: Hashable, Sendable {
  /// The name under which clients ask for it.
  public let name: ModelInstanceName
  /// Its size in whole GB as the scheduler counts it, not its bytes.
  public let schedulerSizeGB: Int
  /// Its real fp16 weights, all stages together.
  public let weights: ByteCount
  /// Its service-level objectives.
  public let slo: SLO
  /// The application it serves, where the workload has applications.
  public let application: String?

  /// A deployment of a model.
  public init(
    name: ModelInstanceName, schedulerSizeGB: Int, weights: ByteCount, slo: SLO, application: String? = nil
  ) {
    self.name = name
    self.schedulerSizeGB = schedulerSizeGB
    self.weights = weights
    self.slo = slo
    self.application = application
  }
}
