import Quantities
import Scheduling

/// The control plane in front of a system that schedules by itself: it hands every request on, in order of arrival, to the
/// one instance that there is.
public struct RelayControlPlane: ControlPlane {
  /// The instance that all requests go to.
  static let instance: InstanceID = 0

  /// A control plane that keeps nothing.
  public init() {}

  /// Hands requests on and takes them back.
  public mutating func handle(_ event: ControlPlaneEvent, at now: Timestamp, into output: inout ControlPlaneOutput) {
    switch event {
    case .requestArrived(let request, _): output.commands.append(.forward(request, to: Self.instance))
    case .requestFailed(let request, let reason): output.commands.append(.answerWithError(request, reason: reason))
    case .clientLeft(let request): output.commands.append(.abandon(request, on: Self.instance))
    default: break
    }
  }
}
