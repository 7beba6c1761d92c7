/// The one place where policies of one's own are registered.
///
/// Write a type that is a ``ServingPolicy`` in a file of this folder and add a value of it here; every program then knows
/// it by its name. `docs/your-own-policy.md` goes through it step by step.
public enum OwnPolicies {
  /// The policies, in the order in which lists name them.
  public static let all: [any ServingPolicy] = [
    PrewarmPolicy()
  ]
}
