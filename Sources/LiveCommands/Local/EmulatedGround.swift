import ClusterControl
import Experiments
import FoundationEssentials
import Glibc
import KubernetesClient
import KubernetesCommands
import KubernetesDeployment
import KubernetesEmulation
import NIOCore
import Quantities
import ServingModel
import TLSServing

/// The local cluster: the nodes of an emulated Kubernetes cluster in this process, on the very path of a real one, which
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
    /// What the storage servers do wrong on purpose, as `storage-server --fault` takes it.
    var storageFault: String?
    /// Whether each machine has a network namespace of its own instead of a loopback address; only root can make them.
    var usesNamespaces = false
    /// The folder for certificates and the pods' output; it exists.
    var folder: String
    /// The file to write for kubectl.
    var kubeconfig: String
    /// Called with everything that would outlive a controller that is killed, before it is used.
    var record: @Sendable (LocalResource) throws -> Void
    var note: @Sendable (String) -> Void
  }

  private let cluster: EmulatedCluster
  private let ground: KubernetesGround
  private let kubeconfigFile: String
  /// The network of machines that have namespaces of their own.
  private let network: LocalNetwork?

  var kubeconfig: String? { kubeconfigFile }
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
    let network = try settings.makeNetwork(of: emulation.nodes)
    emulation.network = network.map(PodNetwork.namespaces)
    do {
      return try await start(settings, emulation, certificates, network)
    } catch {
      network?.remove()
      throw error
    }
  }

  private static func start(
    _ settings: Settings, _ emulation: EmulatedClusterSettings, _ certificates: ServerCertificates,
    _ network: LocalNetwork?
  ) async throws -> EmulatedGround {
    let cluster = try await EmulatedCluster.start(emulation)
    let kubeconfig = settings.kubeconfig
    do {
      try OwnersFile.write(try certificates.kubeconfig(port: cluster.port).text, to: kubeconfig)
      settings.note("The cluster's kubeconfig is \(kubeconfig).")
      let ground = try await KubernetesGround.start(try await settings.serving(kubeconfig))
      return EmulatedGround(cluster: cluster, ground: ground, kubeconfigFile: kubeconfig, network: network)
    } catch {
      await cluster.stop()
      unlink(kubeconfig)
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
    network?.remove()
    unlink(kubeconfigFile)  // it leads nowhere now
  }
}

extension EmulatedGround.Settings {
  /// Makes the network that the machines are to be in, if they are not to be on loopback.
  fileprivate func makeNetwork(of machines: [EmulatedNode]) throws -> LocalNetwork? {
    guard usesNamespaces else { return nil }
    return try LocalNetwork.make(
      rates: machines.map { Bandwidth(bytesPerSecond: $0.network.bytesPerSecond / byteScale * timeScale) },
      record: record)
  }

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
    emulation.podEnd = configuration.hardware.podDeletion / timeScale
    emulation.images = configuration.images.map(\.image)
    var pods = ToolkitPods(
      programs: programs, images: configuration.images, configurationFile: configurationFile, byteScale: byteScale,
      timeScale: timeScale)
    let record = record
    pods.willMakeSegment = { try record(.segment($0)) }
    pods.storageFault = storageFault
    pods.shapesCards = !usesNamespaces
    emulation.started = { try record(.process(.init(name: $0.name, processID: $0.processID))) }
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
