import Quantities
import ServingModel
import WireProtocols

/// A request of a client and the way its answer goes back.
public struct LiveRequest {
  /// Its number, in the order of arrival from 1.
  public let id: RequestID
  /// Which of the deployed models it asks for.
  public let deployment: DeploymentIndex
  /// What is asked.
  public let messages: [ChatCompletionRequest.Message]
  /// How long the answer may be; `nil` leaves it to the engine.
  public let maxTokens: Int?
  /// Whether nothing ends the answer before that.
  public let ignoresEnd: Bool
  let arrivedAt: Timestamp
  let answer: ClientAnswer
  var firstTokenAt: Timestamp?
  /// How often it was handed to the control plane.
  var attempts = 1
  /// Whether the error that the control plane is about to answer with is no end but a reason to try again.
  var isToBeRetried = false

  /// Instances that may die under a request before it is given up.
  static let mostAttempts = 3
}
