import ClusterControl
import Commands
import Experiments
import FoundationEssentials
import Glibc
import KubernetesClient
import KubernetesCommands
import KubernetesDeployment
import ServingModel

/// `live-run.json`: which objects on which cluster are a server's, so that they are found again should the server die.
struct KubernetesRun: Codable, Hashable {
  var schemaVersion = 1
  /// The value of the label that all of them carry.
  let run: String
  let namespace: String
  let modelDirectory: String
  /// The API server, so that nothing is ever deleted on another one.
  let server: String
  var kubeconfig: String?
  var context: String?

  enum CodingKeys: String, CodingKey {
    case run, namespace, server, kubeconfig, context
    case schemaVersion = "schema_version"
    case modelDirectory = "model_directory"
  }

  /// A run that begins now, with a name that no other has.
  init(_ options: KubernetesServerOptions, server: String, context: String? = nil) {
    run = Self.newName()
    namespace = options.connection.ownNamespace
    modelDirectory = options.modelDirectory
    self.server = server
    kubeconfig = options.connection.kubeconfig.map(Self.absolute)
    self.context = context
  }

  /// A name that no other run has.
  static func newName() -> String {
    var random = SystemRandomNumberGenerator()
    return "run-" + String(random.next() as UInt64, radix: 36)
  }

  /// The path from the root, since whoever reads the record may be in another folder.
  private static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
  }

  /// The labels of the run.
  var labels: OwnLabels {
    get throws { try OwnLabels(run: run) }
  }

  /// What is in all manifests.
  ///
  /// - Throws: an error of misuse for an image that is not configured or a path that no pod may have.
  func manifests(_ configuration: Configuration, for system: ServingSystem) throws -> ManifestSettings {
    var settings = try configuration.manifests(run: run, namespace: namespace, modelDirectory: modelDirectory)
    if system.schedulesItself { settings.serverlessLLM = try configuration.serverlessLLMImages() }
    return settings
  }

  /// Deletes what is left of the run.
  ///
  /// - Returns: what could not be deleted; when there is nothing, the record is gone, too.
  /// - Throws: ``LiveError/otherCluster(found:wanted:)``, and what finding the cluster throws.
  func end(files: ServerFiles, within limit: Duration, note: @escaping @Sendable (String) -> Void) async throws
    -> [String]
  {
    let connection = ClusterConnection(kubeconfig: kubeconfig, context: context, namespace: namespace)
    let (client, access) = try connection.connect(note: note)
    guard access.endpoint.server.description == server else {
      throw LiveError.otherCluster(found: access.endpoint.server.description, wanted: server)
    }
    let left = await RunEnd(client: client, labels: try labels, namespace: namespace).clean(
      within: limit, keepLog: files.keepLog, note: note)
    if left.isEmpty { files.forgetKubernetesRun() }
    return left
  }
}

extension ServerFiles {
  /// Takes the output of a pod.
  var keepLog: RunCleaner.LogKeeper {
    { [logs] pod, output in
      try FileStore.makeFolder(logs)
      try FileStore.write(String(decoding: output, as: UTF8.self), to: "\(logs)/\(pod).log")
    }
  }

  /// The run on a Kubernetes cluster that has begun and has not been seen to end, if there is one.
  func kubernetesRun() throws -> KubernetesRun? {
    guard FileStore.exists(kubernetesRunFile) else { return nil }
    return try JSONText.read(KubernetesRun.self, from: kubernetesRunFile, expected: "the record of a run on Kubernetes")
  }

  func save(_ run: KubernetesRun) throws {
    try FileStore.write(try JSONText.pretty(run), to: kubernetesRunFile)
  }

  /// Forgets the run: nothing of it is left.
  func forgetKubernetesRun() {
    unlink(kubernetesRunFile)
  }
}
