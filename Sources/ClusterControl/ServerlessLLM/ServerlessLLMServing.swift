import KubernetesDeployment

/// What ServerlessLLM on a Kubernetes cluster is made of: its own head schedules, on workers that stay.
public struct ServerlessLLMServing: Sendable {
  /// What it has in common with the systems that are scheduled here.
  public var serving: KubernetesServing
  /// Its objects.
  public var manifests: ServerlessLLMManifests

  /// ServerlessLLM with its objects.
  public init(_ serving: KubernetesServing, manifests: ServerlessLLMManifests) {
    self.serving = serving
    self.manifests = manifests
  }
}
