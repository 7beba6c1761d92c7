import Scheduling
import ServingModel

/// A cluster of real machines or processes: it carries out commands and reports what happens.
///
/// It lives on the event loop of the control plane and reports there, never from within a call to it.
public protocol LiveCluster: AnyObject {
  /// Takes note of what was decided; pods are told of some of it when they are created.
  func note(_ decision: Decision)
  /// Carries out a command that concerns pods, weights or engines.
  func carryOut(_ command: Command)
  /// Hands a request to an instance.
  func forward(_ request: LiveRequest, to instance: InstanceID)
}

/// What a live cluster reports.
public enum ClusterReport: Sendable {
  /// Something that the control plane must know.
  case event(ControlPlaneEvent)
  /// A stage of a worker's cold start has ended.
  case stage(StageInterval)
  /// Text of an answer, as it comes; `age` is how long ago its first token was made, by the clock.
  case text(RequestID, String, age: Duration = .zero)
  /// An answer is complete, and why: `length` when it was as long as was allowed.
  case finished(RequestID, promptTokens: Int, completionTokens: Int, finishReason: String = "length")
  /// The instance that had a request is gone; another may answer it.
  case lost(RequestID, reason: String)
}
