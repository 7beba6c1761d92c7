import ClusterControl
import Experiments
import FoundationEssentials
import Glibc
import KubernetesClient
import KubernetesCommands
import KubernetesDeployment
import KubernetesEmulation
import NIOCore
import ServingModel
import TLSServing

/// The nodes of an emulated Kubernetes cluster in this process: a local cluster on the very path of a real one, which
/// kubectl can look at.
struct EmulatedGround: ClusterGround {
  /// What it is made of.
  struct Settings: Sendable {
    var deployment: ServingDeployment
    var modelSet: String
    var configuration: Configuration
    /// A file laid over the built-in configuration, which the pods' processes read, too.
    var configurationFile: String?
    var timeScale: Double
    var byteScale: Double
    /// The folder for certificates, the kubeconfig and the pods' output; it exists.
    var folder: String
    /// Called with everything that would outlive a controller that is killed, before it is used.
    var record: @Sendable (LocalResource) throws -> Void
    var note: @Sendable (String) -> Void
  }

  private let cluster: EmulatedCluster
  private let ground: KubernetesGround
  private let kubeconfig: String

  var nodes: [GPUServer] { ground.nodes }
  var deployments: [ModelDeployment] { ground.deployments }

  /// Starts the cluster and the storage servers on it.
  ///
  /// - Throws: what starting either throws; nothing is left running then.
  static func start(_ settings: Settings) async throws -> EmulatedGround {
    let certificates = ServerCertificates(folder: "\(settings.folder)/certificates")
    let logs = "\(settings.folder)/pods"
    for folder in [certificates.folder, logs] {
      try FileStore.makeFolder(folder)
      chmod(folder, 0o700)
    }
    try await certificates.make()
    var emulation = try settings.emulation(programs: try Background.programs())
    emulation.logs = logs
    emulation.security = try TLSIdentity(
      certificateFile: certificates.certificateFile, keyFile: certificates.keyFile,
      authorityFile: certificates.authorityFile
    ).security()
    let cluster = try await EmulatedCluster.start(emulation)
    let kubeconfig = "\(settings.folder)/kubeconfig"
    do {
      try OwnersFile.write(try certificates.kubeconfig(port: cluster.port).text, to: kubeconfig)
      settings.note("The cluster's kubeconfig is \(kubeconfig).")
      let ground = try await KubernetesGround.start(try await settings.serving(kubeconfig))
      return EmulatedGround(cluster: cluster, ground: ground, kubeconfig: kubeconfig)
    } catch {
      await cluster.stop()
      throw error
    }
  }

  func cluster(
    clock: LiveClock, eventLoop: any EventLoop, report: @escaping (ClusterReport) -> Void
  ) -> any ControlledCluster {
    ground.cluster(clock: clock, eventLoop: eventLoop, report: report)
  }

  func stop() async {
    await ground.stop()
    await cluster.stop()
    unlink(kubeconfig)  // it leads nowhere now
  }
}

extension EmulatedGround.Settings {
  /// The cluster's machines, with pods that are processes of this toolkit.
  fileprivate func emulation(programs: String) throws -> EmulatedClusterSettings {
    var emulation = EmulatedClusterSettings()
    emulation.nodes =
      deployment.backend.nodes.map { EmulatedNode($0) }
      + deployment.backend.storage.map { EmulatedNode($0, instanceType: "storage") }
    for index in emulation.nodes.indices {
      emulation.nodes[index].mode = deployment.system.gpuIsolation == .shared ? .shared : .exclusive
    }
    emulation.timeScale = timeScale
    emulation.byteScale = byteScale
    emulation.images = configuration.images.map(\.image)
    var pods = ToolkitPods(
      programs: programs, images: configuration.images, configurationFile: configurationFile, byteScale: byteScale,
      timeScale: timeScale)
    let record = record
    pods.willMakeSegment = { try record(.segment($0)) }
    emulation.runner = { [pods] in pods.run($0) }
    return emulation
  }

  fileprivate func serving(_ kubeconfig: String) async throws -> KubernetesServing {
    let connection = ClusterConnection(kubeconfig: kubeconfig, context: nil, namespace: nil)
    let (client, _) = try connection.connect(note: note)
    let manifests = try configuration.manifests(
      run: KubernetesRun.newName(), namespace: OwnLabels.namespace, modelDirectory: "/mnt")
    _ = try await RunNamespace(client: client, labels: manifests.labels, namespace: OwnLabels.namespace).make()
    let places = try ClusterNodes(
      of: try await client.list(.nodes).items.map(GPUNode.init), servers: deployment.backend.nodes,
      storage: deployment.backend.storage)
    var serving = KubernetesServing(
      of: deployment, modelSet: modelSet, configuration: configuration, places: places, manifests: manifests,
      client: client)
    serving.note = note
    return serving
  }
}
