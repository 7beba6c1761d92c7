import ClusterControl
import Experiments
import KubernetesClient
import KubernetesDeployment

extension KubernetesServing {
  /// A deployment on the nodes of a cluster.
  init(
    of deployment: ServingDeployment, modelSet: String, configuration: Configuration, places: ClusterNodes,
    manifests: ManifestSettings, client: KubernetesClient
  ) {
    self.init(
      system: deployment.system, nodes: deployment.backend.nodes, storage: deployment.backend.storage,
      assignment: deployment.storage, rules: deployment.rules, usesCache: deployment.keepsModelsInHostMemory,
      deployments: deployment.deployments, modelSet: modelSet, places: places, manifests: manifests, client: client)
    hostMemory = deployment.agentMemory
    usualAnswerTokens = configuration.coldStart.outputTokens
  }
}
