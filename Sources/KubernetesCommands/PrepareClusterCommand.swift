import ArgumentParser
import Commands
import Experiments
import KubernetesClient
import KubernetesDeployment
import Quantities
import ServingModel

/// `prepare-cluster`: images on nodes, models on storage.
public struct PrepareClusterCommand: AsyncParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "prepare-cluster", abstract: "Fetch images to the nodes of a cluster, and models to its storage.",
    discussion: """
      What it will take is printed first. Everything goes into a namespace of its own and carries the label \
      hydraserve-repro/run=prepare; what has done its work is deleted. A token for models is read from a Secret that you \
      make, for example with: kubectl create secret generic models --from-file=token=FILE -n hydraserve-repro

      Example: prepare-cluster a10 --model-set 0 --dry-run client
      """, version: Toolkit.version)

  @Argument(help: "Backend: a10, v100, hybrid or one of --config.")
  var backend: String

  @Option(help: "Set of models: 0, 1, 2, 3 or one of --config.")
  var modelSet = "0"

  @Option(help: ArgumentHelp("Folder of the nodes that holds models; pods see it as /mnt.", valueName: "path"))
  var modelDirectory = "/mnt"

  @Option(help: "Name of the Secret with the token that models are fetched with; none by default.")
  var tokenSecret: String?

  @Option(help: "Key of the token in the Secret.")
  var tokenKey = "token"

  @Option(help: "Variable that the download image reads the token from.")
  var tokenVariable = "MODELSCOPE_API_TOKEN"

  @Option(help: "Command that downloads models, as words; by default what the image runs by itself.")
  var downloadCommand = ""

  @Option(
    help: "Command that cuts models for pipelines, as words; without it, models are not cut by a step of its own.")
  var partitionCommand = ""

  @Flag(
    name: .customLong("serverlessllm"),
    help: "Prepare for ServerlessLLM, which has images and a folder of models of its own.")
  var isForServerlessLLM = false

  @Flag(inversion: .prefixedNo, help: "Fetch images.")
  var images = true

  @Flag(inversion: .prefixedNo, help: "Fetch models.")
  var models = true

  @Flag(
    help: """
      Set the limit of the GPU nodes' shared memory to what is left beside the engines (privileged pods; the limit \
      lasts until the node starts again).
      """)
  var sharedMemory = false

  @Flag(help: "Remove what engines and agents that were killed have left in the GPU nodes' shared memory.")
  var cleanSharedMemory = false

  @Option(help: "Rate at which a node downloads, in Mb/s, for what is said about time; above 0.")
  var internetMbps = 1000.0

  @Option(help: "How long each step may take, in minutes; 1 to 10000.")
  var timeoutMinutes = 720

  @Option(help: "Change nothing: client (print manifests, ask no cluster) or server (have them checked).")
  var dryRun: KubernetesClient.DryRun?

  @Option(help: ArgumentHelp("YAML file laid over the built-in configuration.", valueName: "file"))
  var config: String?

  @OptionGroup var options: ClusterOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Refuses numbers without sense.
  public func validate() throws {
    guard internetMbps > 0, internetMbps <= 1e6 else {
      throw ValidationError("--internet-mbps is \(internetMbps); allowed: a number above 0 and up to 1000000.")
    }
    guard (1...10_000).contains(timeoutMinutes) else {
      throw ValidationError("--timeout-minutes is \(timeoutMinutes); allowed: 1 to 10000.")
    }
  }

  /// States what it takes, then prepares the cluster or prints manifests.
  public func run() async throws {
    let configuration = try asUsage { try Configuration.load(userFile: config) }
    let wanted = try asUsage { try configuration.backend(backend) }
    var settings = try configuration.manifests(
      run: "prepare", namespace: options.ownNamespace, modelDirectory: modelDirectory)
    if isForServerlessLLM { settings.serverlessLLM = try configuration.serverlessLLMImages() }
    let cost = try asUsage { try self.cost(wanted, configuration) }
    for line in Self.text(of: cost) { options.note(line) }
    if dryRun == .client {
      options.note("Nothing was sent; storage nodes are called as in the testbed.")
      let steps =
        try sharedMemorySteps(settings, on: wanted.nodes.map { ($0.name, $0.type) })
        + modelSteps(settings, on: wanted.storage.map(\.name))
      let jobs = steps.flatMap(\.jobs)
      return print(ManifestText.yaml(try Self.objects(settings, fetchesImages: images) + jobs), terminator: "")
    }
    let client = try options.connect()
    let nodes = models ? try await Self.storageNodes(client, for: wanted) : []
    let gpuNodes = sharedMemory || cleanSharedMemory ? try await Self.gpuNodes(client, for: wanted) : []
    let steps = try sharedMemorySteps(settings, on: gpuNodes) + modelSteps(settings, on: nodes)
    if dryRun == .server {
      let objects = try Self.objects(settings, fetchesImages: images) + steps.flatMap(\.jobs)
      let isNamespaceThere = try await client.get(.namespaces, options.ownNamespace) != nil
      for object in isNamespaceThere ? objects : [settings.namespaceManifest] {
        try await client.apply(object, dryRun: true)
        print("Would make \(object.key)")
      }
      if !isNamespaceThere {
        options.note(
          "A server checks nothing in a namespace that is not there; for the other \(objects.count - 1) objects make it "
            + "with: kubectl create namespace \(options.ownNamespace)")
      }
      return
    }
    let limit = Duration.seconds(timeoutMinutes * 60)
    let preparation = ClusterPreparation(client: client, settings: settings) { [options] in options.note($0) }
    try await preparation.makeNamespace()
    if images { try await preparation.fetchImages(within: limit) }
    for step in steps { try await preparation.run(step.jobs, step: step.name, within: limit) }
    print("The cluster is ready for backend \(backend)\(models ? " and model set \(modelSet)" : "").")
  }

  private func cost(_ backend: Configuration.Backend, _ configuration: Configuration) throws -> PreparationCost {
    var seen: Set<String> = []
    let sizes = try configuration.modelSet(modelSet).filter { seen.insert($0.model).inserted }
      .map { try configuration.model($0.model).stageBytes[0][0] }
    return PreparationCost(
      gpus: backend.nodes.reduce(0) { $0 + $1.type.gpuCount }, models: sizes, internet: .gbps(internetMbps / 1000),
      fetchesImages: images, fetchesModels: models, cutsModels: !partitionCommand.isEmpty)
  }

  private static func text(of cost: PreparationCost) -> [String] {
    func rounded(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
    return cost.steps.map { "\($0.name): about \(rounded($0.minutes)) minutes (\($0.reason))" } + [
      "in all: about \(rounded(cost.minutes)) minutes, and \(rounded(cost.gpuHours)) GPU-hours while \(cost.gpus) GPUs wait"
    ]
  }

  private static func objects(_ settings: ManifestSettings, fetchesImages: Bool) throws -> [KubernetesObject] {
    [settings.namespaceManifest]
      + (fetchesImages ? try ManifestSettings.NodeKind.allCases.map { try settings.prefetch(on: $0) } : [])
  }

  private func modelSteps(
    _ settings: ManifestSettings, on nodes: [String]
  ) throws -> [(name: String, jobs: [KubernetesObject])] {
    guard models else { return [] }
    let token = try tokenSecret.map {
      try ManifestSettings.TokenSource(secret: $0, key: tokenKey, variable: tokenVariable)
    }
    func jobs(_ step: String, _ command: String) throws -> [KubernetesObject] {
      try nodes.enumerated().map { index, node in
        try settings.modelJob(
          step, index: index, node: node, command: command.split(separator: " ").map(String.init), modelSet: modelSet,
          token: token, deadlineSeconds: timeoutMinutes * 60)
      }
    }
    var steps = [(name: "Downloading models", jobs: try jobs("download", downloadCommand))]
    if !partitionCommand.isEmpty {
      steps.append((name: "Cutting models", jobs: try jobs("partition", partitionCommand)))
    }
    return steps
  }

  private func sharedMemorySteps(
    _ settings: ManifestSettings, on nodes: [(name: String, type: InstanceType)]
  ) throws -> [(name: String, jobs: [KubernetesObject])] {
    func jobs(_ step: (InstanceType) -> ManifestSettings.SharedMemoryStep) throws -> [KubernetesObject] {
      try nodes.enumerated().map { index, node in
        try settings.sharedMemoryJob(
          step(node.type), index: index, node: node.name, deadlineSeconds: timeoutMinutes * 60)
      }
    }
    var steps: [(name: String, jobs: [KubernetesObject])] = []
    if sharedMemory {
      let limit = { (type: InstanceType) in
        ManifestSettings.SharedMemoryStep.raise(gibibytes: ManifestSettings.sharedMemoryGB(of: type))
      }
      steps.append((name: "Setting shared memory", jobs: try jobs(limit)))
    }
    if cleanSharedMemory { steps.append((name: "Cleaning shared memory", jobs: try jobs { _ in .clean })) }
    return steps
  }

  /// Nodes that are used for their GPUs, by name, with the type that their labels name.
  private static func gpuNodes(_ client: KubernetesClient, for backend: Configuration.Backend) async throws
    -> [(name: String, type: InstanceType)]
  {
    try await client.list(.nodes).items.map(GPUNode.init).filter { $0.isReady && $0.isGPUServer }
      .sorted { $0.name < $1.name }.compactMap { node in
        backend.nodes.first { $0.type.name == node.instanceType }.map { (node.name, $0.type) }
      }
  }

  /// Nodes that are not used for their GPUs, by name, those without GPUs first.
  private static func storageNodes(_ client: KubernetesClient, for backend: Configuration.Backend) async throws
    -> [String]
  {
    let used = backend.nodes.map(\.type.name)
    let nodes = try await client.list(.nodes).items.map(GPUNode.init).filter { node in
      node.isReady && !(node.isGPUServer && node.instanceType.map(used.contains) == true)
    }
    let names = [false, true].flatMap { isGPUServer in
      nodes.filter { $0.isGPUServer == isGPUServer }.map(\.name).sorted()
    }
    guard names.count >= backend.storage.count else {
      throw DeploymentError.tooFewStorageNodes(found: names.count, needed: backend.storage.count)
    }
    return Array(names.prefix(backend.storage.count))
  }
}
