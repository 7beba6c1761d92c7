import KubernetesClient
import WireProtocols

/// What all manifests have in common.
public struct ManifestSettings: Hashable, Sendable {
  /// The labels of the run.
  public let labels: OwnLabels
  /// The namespace.
  public let namespace: String
  /// The images.
  public let images: Images
  /// The folder of a node that holds models; pods see it as `/mnt`.
  public let modelDirectory: String
  /// The images of ServerlessLLM, where the nodes are prepared and checked for that in place of the other systems.
  public var serverlessLLM: ServerlessLLMManifests.Images?

  /// Container images, by what they are for.
  public struct Images: Hashable, Sendable {
    /// The inference engine.
    public var worker: String
    /// The storage agent of a GPU node.
    public var storageAgent: String
    /// The remote storage server.
    public var storageServer: String
    /// What fetches models.
    public var download: String

    /// Images for the four roles.
    public init(worker: String, storageAgent: String, storageServer: String, download: String) {
      self.worker = worker
      self.storageAgent = storageAgent
      self.storageServer = storageServer
      self.download = download
    }
  }

  /// Settings, checked.
  ///
  /// - Throws: `KubernetesError.badName`.
  public init(labels: OwnLabels, namespace: String, images: Images, modelDirectory: String) throws {
    try ObjectNames.checkLabel(namespace, "namespace")
    for image in [images.worker, images.storageAgent, images.storageServer, images.download] {
      let isFine = !image.isEmpty && image.utf8.allSatisfy { (0x21...0x7E).contains($0) }
      guard isFine else {
        throw KubernetesError.badName(what: "image", value: image, allowed: "a reference without blanks")
      }
    }
    let steps = modelDirectory.split(separator: "/", omittingEmptySubsequences: false)
    guard modelDirectory.hasPrefix("/"), modelDirectory.count > 1, !steps.contains(".."), !modelDirectory.contains("\0")
    else {
      throw KubernetesError.badName(
        what: "model directory", value: modelDirectory, allowed: "an absolute path other than / and without `..`")
    }
    self.labels = labels
    self.namespace = namespace
    self.images = images
    self.modelDirectory = modelDirectory
  }

  /// The part of ``modelDirectory`` with the models of the system that the nodes are for.
  package var modelFolder: String { serverlessLLM == nil ? "model-cache" : ServerlessLLMManifests.modelFolder }

  /// The namespace of the run, which the cluster is to delete with all that is in it.
  public var namespaceManifest: KubernetesObject {
    RunNamespace.manifest(namespace, labels)
  }
}
