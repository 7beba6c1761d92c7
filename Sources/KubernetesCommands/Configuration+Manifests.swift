import ArgumentParser
import Experiments
import KubernetesDeployment

extension Configuration {
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
