import ArgumentParser
import Commands
import Experiments
import KubernetesDeployment
import Scheduling

/// `kubernetes-cluster serverlessllm`: the manifests of ServerlessLLM.
struct ServerlessLLMCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serverlessllm", abstract: "Print the objects by which ServerlessLLM is deployed as published.",
    discussion: """
      Remote storage, head with its hardware configuration, control nodes, workers, and the bodies that models are \
      registered with, as YAML for kubectl apply. Nodes are called as in the testbed. Addresses are known only when pods \
      run, so they are given, or words stand for them; what starts the service in the end is printed to standard error.

      Example: kubernetes-cluster serverlessllm a10 --model-set 0
      Example: kubernetes-cluster serverlessllm hybrid --end-to-end --head 10.0.0.1 --storage 10.0.0.2,10.0.0.3
      """)

  @Argument(help: "Backend: a10, v100, hybrid or one of --config.")
  var backend: String

  @Option(help: "Set of models of the cold-start experiment: 0, 1, 2 or one of --config.")
  var modelSet = "0"

  @Flag(help: "As for the end-to-end experiment: a worker on every GPU server, model set 3.")
  var endToEnd = false

  @Option(help: "Address of the head's pod.")
  var head: String?

  @Option(help: "Addresses of the storage servers' pods, with commas between them.")
  var storage: String?

  @Option(help: ArgumentHelp("Folder of the nodes that holds models; pods see it as /models.", valueName: "path"))
  var modelDirectory = "/mnt"

  @Option(name: .customLong("run"), help: "Name of the run, which all objects carry as a label.")
  var name = "serverlessllm"

  @Option(help: "Namespace of everything.")
  var namespace = OwnLabels.namespace

  @Option(help: ArgumentHelp("YAML file laid over the built-in configuration.", valueName: "file"))
  var config: String?

  func run() throws {
    let configuration = try asUsage { try Configuration.load(userFile: config) }
    let deployment = try asUsage { try self.deployment(configuration) }
    let (modelSet, wanted) = (endToEnd ? EndToEndSetting.figure9[0].modelSet : modelSet, deployment.backend)
    let settings = try configuration.manifests(run: name, namespace: namespace, modelDirectory: modelDirectory)
    let manifests = try deployment.serverlessLLM(settings, configuration: configuration, modelSet: modelSet)
    var addresses = ServerlessLLMManifests.Addresses.unknown(storageServers: wanted.storage.count)
    if let head { addresses.head = head }
    if let storage {
      addresses.storage = storage.split(separator: ",").map(String.init)
      guard addresses.storage.count == wanted.storage.count else {
        throw ValidationError(
          "--storage has \(addresses.storage.count) addresses; needed: one of each of the \(wanted.storage.count) "
            + "storage servers.")
      }
    }
    let registrations = manifests.registrations(
      of: deployment.deployments.map { ($0.name.description, $0.schedulerSizeGB) })
    print(ManifestText.yaml(try manifests.objects(addresses) + [registrations]), terminator: "")
    let start = ServerlessLLMManifests.startCommand.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
    Terminal.error(
      "Once the workers have joined: kubectl exec -n \(namespace) deploy/\(ServerlessLLMManifests.headName) -- \(start)"
    )
    Terminal.error(
      "Then each body of sllm-models goes to http://HEAD:\(ServerlessLLMManifests.headPort)/register by POST.")
  }

  private func deployment(_ configuration: Configuration) throws -> ServingDeployment {
    guard endToEnd else {
      return try ColdStartSetting(system: .serverlessLLM, modelSet: modelSet, backend: backend)
        .deployment(configuration: configuration, rules: .published)
    }
    let setting = EndToEndSetting(system: .serverlessLLM, cv: 8, requestsPerSecond: 0.6)
    guard backend == setting.backend else {
      throw UsageError("The end-to-end experiment runs on \(setting.backend), not on \(backend); name that.")
    }
    return try setting.deployment(configuration: configuration, rules: .published)
  }
}
