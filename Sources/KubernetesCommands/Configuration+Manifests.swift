import ArgumentParser
import Experiments
import KubernetesDeployment
import ServingModel

extension Configuration {
  /// What a cluster must have for a backend.
  package func needs(
    of backend: Backend, namespace: String, isolation: GPUIsolation, isForServerlessLLM: Bool
  ) -> ClusterPreflight.Needs {
    func images(_ roles: String...) -> [String] {
      roles.compactMap { role in self.images.first { $0.role == role }?.image }
    }
    var needs = ClusterPreflight.Needs(
      namespace: namespace, servers: backend.nodes, storageServers: backend.storage.count, isolation: isolation)
    needs.isForServerlessLLM = isForServerlessLLM
    needs.gpuImages = isForServerlessLLM ? images("serverlessllm_worker") : images("worker", "storage_agent")
    needs.storageImages =
      isForServerlessLLM ? images("storage_server", "serverlessllm_head") : images("storage_server")
    return needs
  }

  /// The configured images of ServerlessLLM.
  ///
  /// - Throws: an error of misuse for one that is not configured.
  package func serverlessLLMImages() throws -> ServerlessLLMManifests.Images {
    try ConfiguredImages(self).serverlessLLM
  }

  /// What is in all manifests of a run with the configured images.
  ///
  /// - Throws: an error of misuse for an image that is not configured, and for a namespace or path that no manifest may
  ///   have.
  package func manifests(run: String, namespace: String, modelDirectory: String) throws -> ManifestSettings {
    let images = try ConfiguredImages(self).serving
    do {
      return try ManifestSettings(
        labels: try OwnLabels(run: run), namespace: namespace, images: images, modelDirectory: modelDirectory)
    } catch {
      throw ValidationError("\(error)")
    }
  }
}
