import ArgumentParser
import Experiments
import KubernetesDeployment
import ServingModel

extension ServingDeployment {
  /// The objects that ServerlessLLM is deployed by.
  ///
  /// - Parameters:
  ///   - modelSet: the number of the set of models, which remote storage is told.
  ///   - places: the nodes of the cluster that the servers are; they are called as in the testbed without.
  /// - Throws: an error of misuse for an image that is not configured, a name that no object may have, and storage servers
  ///   that do not suffice.
  package func serverlessLLM(
    _ settings: ManifestSettings, configuration: Configuration, modelSet: String, on places: ClusterNodes? = nil
  ) throws -> ServerlessLLMManifests {
    let servers = zip(backend.nodes, places?.gpuNodes ?? backend.nodes.map(\.name)).map {
      GPUServer(name: $1, type: $0.type)
    }
    let stores = zip(backend.storage, places?.storageNodes ?? backend.storage.map(\.name)).map {
      StorageServer(name: $1, network: $0.network)
    }
    let images = try configuration.serverlessLLMImages()
    let pool = Int((Double(backend.serverlessLLMPool.bytes) / 1_073_741_824).rounded())
    let isColdStart = experiment == .coldStart
    do {
      return try ServerlessLLMManifests(
        settings: settings, images: images, modelSet: modelSet,
        // The published cold-start experiment starts a single worker, so that what is loaded between evicts.
        gpuServers: isColdStart ? Array(servers.prefix(1)) : servers, storageServers: stores,
        preference: backend.storagePreference, poolGB: isColdStart ? pool : nil)
    } catch {
      throw ValidationError("\(error)")
    }
  }
}
