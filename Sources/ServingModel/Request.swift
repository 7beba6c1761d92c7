import Quantities

/// The number of a request, unique in a run, counted from 1 as in the published artifact's logs.
public typealias RequestID = Int

/// The position of a deployed model instance name in a run's list of deployments.
public typealias DeploymentIndex = Int

/// A request as a client sends it.
public struct Request: Hashable, Sendable {
  /// The number of the request.
  public let id: RequestID
  /// Which of the deployed models it asks for.
  public let deployment: DeploymentIndex
  /// Length of the prompt in tokens.
  public let promptTokens: Int
  /// Length of the answer in tokens, known to the engine alone, at least 1.
  public let outputTokens: Int

  /// A request with the length of its prompt and of its answer.
  public init(id: RequestID, deployment: DeploymentIndex, promptTokens: Int, outputTokens: Int) {
    self.id = id
    self.deployment = deployment
    self.promptTokens = promptTokens
    self.outputTokens = outputTokens
  }
}
