import Policies
import Scheduling

/// The shortest policy of `docs/your-own-policy.md`: HydraServe with one number changed.
struct PatientPolicy: ServingPolicy {
  let name = "patient"
  let label = "HydraServe, a minute of patience"

  func controlPlane(for settings: PolicySettings) -> any ControlPlane {
    settings.hydraServe { $0.gracePeriod = .seconds(60) }
  }
}
