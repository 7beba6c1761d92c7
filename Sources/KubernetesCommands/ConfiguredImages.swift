import ArgumentParser
import Experiments
import KubernetesDeployment

/// The images that a configuration names.
struct ConfiguredImages {
  let serving: ManifestSettings.Images
  let serverlessLLM: ServerlessLLMManifests.Images

  init(_ configuration: Configuration) throws {
    func image(_ role: String) throws -> String {
      guard let image = configuration.images.first(where: { $0.role == role })?.image else {
        throw ValidationError("The configuration has no image `\(role)`; add it under `images`.")
      }
      return image
    }
    serving = ManifestSettings.Images(
      worker: try image("worker"), storageAgent: try image("storage_agent"),
      storageServer: try image("storage_server"), download: try image("download"))
    serverlessLLM = ServerlessLLMManifests.Images(
      head: try image("serverlessllm_head"), worker: try image("serverlessllm_worker"))
  }
}
