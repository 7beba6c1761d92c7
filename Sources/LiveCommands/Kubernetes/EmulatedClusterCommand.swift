import ArgumentParser
import Commands
import Experiments
import FoundationEssentials
import Glibc
import HTTPServing
import KubernetesEmulation
import PodCommands
import TLSServing

/// `emulated-cluster`: a Kubernetes cluster on this machine, for kubectl and for `--cluster kubernetes`.
public struct EmulatedClusterCommand: AsyncParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "emulated-cluster", abstract: "Run a Kubernetes API server and its nodes on this machine.",
    discussion: """
      The server has a certificate of its own authority, made by openssl, and kubectl a client certificate. \
      The nodes are those of a testbed of the configuration. Pods of the published images become processes of this \
      toolkit: workers without a GPU and storage servers, which speak the published protocols; other pods run without \
      doing anything. It ends with all its pods on SIGINT or SIGTERM.

      Example: emulated-cluster --testbed i --kubeconfig /tmp/emulated.yaml
      """, version: Toolkit.version)

  @Option(help: "Testbed of the configuration whose servers become nodes.")
  var testbed = "i"

  @Option(help: "Port of the API server on 127.0.0.1; 0 takes a free one.")
  var port = 0

  @Option(help: ArgumentHelp("File to write for kubectl; only its owner can read it.", valueName: "file"))
  var kubeconfig = "emulated-cluster.kubeconfig"

  @Option(help: ArgumentHelp("Folder for certificates and the logs of pods.", valueName: "folder"))
  var state = "emulated-cluster"

  @Flag(help: "Serve plain HTTP and take clients without a token for the administrator, since kubectl sends none then.")
  var plainHTTP = false

  @Flag(help: "Let no pod be a process.")
  var idlePods = false

  @Flag(help: "Share GPU memory (aliyun.com/gpu-mem) on all GPU nodes from the beginning.")
  var sharedGpus = false

  @Option(help: "Which isolation label GPU nodes have; allowed: ack, generic.")
  var label = "ack"

  @Option(help: "From a node's new isolation label to its new resources, in seconds; from 0.")
  var gpuModeSeconds = 0.5

  @Option(help: "Minor version of Kubernetes that the server says it is; from 20.")
  var minorVersion = 32

  @Option(help: ArgumentHelp("YAML file laid over the built-in configuration.", valueName: "file"))
  var config: String?

  @Option(help: "By how much there is less of all bytes; 1 to 100000.")
  var byteScale = 1000.0

  @Option(help: "How many times faster than reality everything goes; above 0.")
  var timeScale = 20.0

  @Flag(help: "End when standard input ends.")
  var exitWithParent = false

  @OptionGroup var says: OutputOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Refuses values that are not allowed.
  public func validate() throws {
    guard (0...65535).contains(port) else { throw ValidationError("--port is \(port); allowed: 0 to 65535.") }
    guard ["ack", "generic"].contains(label) else {
      throw ValidationError(
        UsageError.unknown("isolation label", label, allowed: ["ack", "generic"]).description)
    }
    guard gpuModeSeconds >= 0, gpuModeSeconds <= 86_400 else {
      throw ValidationError("--gpu-mode-seconds is \(gpuModeSeconds); allowed: 0 to 86400.")
    }
    guard minorVersion >= 20, minorVersion < 1000 else {
      throw ValidationError("--minor-version is \(minorVersion); allowed: 20 to 999.")
    }
    guard (1...100_000).contains(byteScale) else {
      throw ValidationError("--byte-scale is \(byteScale); allowed: 1 to 100000.")
    }
    guard timeScale > 0, timeScale <= 10_000 else {
      throw ValidationError("--time-scale is \(timeScale); allowed: a number above 0 and up to 10000.")
    }
  }

  /// Serves until it is told to stop.
  public func run() async throws {
    var settings = try settings()
    let certificates = ServerCertificates(folder: "\(state)/certificates")
    if !plainHTTP {
      try await certificates.make()
      settings.security = try TLSIdentity(
        certificateFile: certificates.certificateFile, keyFile: certificates.keyFile,
        authorityFile: certificates.authorityFile
      ).security()
    }
    let cluster = try await EmulatedCluster.start(settings)
    do {
      try announce(plainHTTP ? cluster.kubeconfig : try certificates.kubeconfig(port: cluster.port))
      await Shutdown.wait(withParent: exitWithParent)
    } catch {
      await cluster.stop()
      throw error
    }
    await cluster.stop()
    unlink(kubeconfig)  // it leads nowhere now
  }

  private func settings() throws -> EmulatedClusterSettings {
    let configuration: Configuration
    var settings = EmulatedClusterSettings()
    do {
      configuration = try Configuration.load(userFile: config)
      let testbed = try configuration.testbed(testbed)
      settings.nodes = testbed.gpuServers.map { EmulatedNode($0) }
      settings.nodes += testbed.storageServers.map { EmulatedNode($0.server, instanceType: $0.type) }
    } catch let error as UsageError {
      throw ValidationError(error.description)
    }
    for index in settings.nodes.indices {
      settings.nodes[index].mode = sharedGpus ? .shared : .exclusive
      settings.nodes[index].usesProviderLabel = label == "ack"
    }
    let logs = "\(state)/logs"
    for folder in [logs, "\(state)/certificates"] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      chmod(folder, 0o700)
    }
    settings.port = port
    settings.admitsAnonymous = plainHTTP
    settings.logs = logs
    settings.gpuModeSwitching = .seconds(gpuModeSeconds)
    settings.version = APIVersion(minor: minorVersion)
    settings.timeScale = timeScale
    settings.byteScale = byteScale
    settings.podEnd = configuration.hardware.podDeletion / timeScale
    settings.images = configuration.images.map(\.image)
    if !idlePods {
      let pods = ToolkitPods(
        programs: try Background.programs(), images: configuration.images, configurationFile: config,
        byteScale: byteScale, timeScale: timeScale)
      settings.runner = { pods.run($0) }
      settings.execute = { pods.execute($0) }
    }
    return settings
  }

  private func announce(_ file: Kubeconfig) throws {
    try OwnersFile.write(file.text, to: kubeconfig)
    if says.json {
      print(try Output.json(["kubeconfig": kubeconfig, "listening": file.server]))
    } else if !says.quiet {
      print("Listening on \(file.server)")
      print("Use it with: kubectl --kubeconfig \(kubeconfig) get nodes")
    }
    fflush(nil)
  }
}
