import Quantities
import Scheduling
import ServingModel

/// HydraServe that learns from each model's own arrivals how soon the next requests come.
///
/// It starts an instance before the places of a busy model run out, keeps the idle instances of busy models longer and
/// lets those of quiet ones go sooner. Whatever stays beyond a few seconds ends at once when another model needs the room.
public struct PrewarmPolicy: ServingPolicy {
  /// The name.
  public let name = "prewarm"
  /// What figures print.
  public let label = "HydraServe that prewarms"

  /// The time that an idle instance has for certain, in place of HydraServe's 30 s.
  static let certainStay = Duration.seconds(3)

  /// The policy.
  public init() {}

  /// HydraServe's control plane inside one that watches the arrivals.
  public func controlPlane(for settings: PolicySettings) -> any ControlPlane {
    let hydraServe = settings.hydraServe { $0.gracePeriod = Self.certainStay }
    return PrewarmControlPlane(hydraServe: hydraServe, models: settings.deployments.count)
  }
}

/// Passes every event on to HydraServe, and learns from the arrivals among them.
struct PrewarmControlPlane: ControlPlane {
  /// How far back arrivals are remembered.
  static let memory = Duration.seconds(60)
  /// So many arrivals in that time make a model busy.
  static let busy = 3
  /// How long an idle instance of a busy model stays.
  static let busyStay = Duration.seconds(60)
  /// How long an idle instance of another model stays.
  static let quietStay = Duration.seconds(20)
  /// How long before its first request an instance is started: about what a cold start takes.
  static let leadTime = Duration.seconds(8)

  private var hydraServe: HydraServeControlPlane
  /// The remembered arrivals of each model, oldest first.
  private var arrivals: [[Timestamp]]

  /// A control plane that has seen nothing yet.
  init(hydraServe: HydraServeControlPlane, models: Int) {
    self.hydraServe = hydraServe
    arrivals = Array(repeating: [], count: models)
  }

  mutating func handle(_ event: ControlPlaneEvent, at now: Timestamp, into output: inout ControlPlaneOutput) {
    hydraServe.handle(event, at: now, into: &output)
    guard case .requestArrived(_, let model) = event else { return }
    arrivals[model].removeAll { now - $0 > Self.memory }
    arrivals[model].append(now)
    let count = arrivals[model].count
    hydraServe.setGracePeriod(count >= Self.busy ? Self.busyStay : Self.quietStay, of: model)
    // If the next minute is like the last one, so many requests come while an instance starts.
    let expected = Double(count) * (Self.leadTime / Self.memory)
    let free = hydraServe.freePlaces(of: model)
    if free >= 0, Double(free) < expected {
      hydraServe.startAhead(of: model, at: now, into: &output)
    }
  }
}
