import FoundationEssentials
import ServingModel

/// `server.json`: the deployment that `start-server` has checked and recorded, and that `coldstart` or `end2end` then
/// measures.
///
/// On the simulated cluster nothing runs between two commands; the deployment comes to life in virtual time.
public struct ServerState: Codable, Hashable, Sendable {
  struct Node: Codable, Hashable {
    let name: String
    let type: String
    let storage: [String]
  }

  var schemaVersion = 1
  let cluster: String
  /// The setting, as messages name it.
  let setting: String
  let system: String
  let modelSet: String
  let backend: String
  let rules: String
  let seed: UInt64
  let inputHash: String
  let nodes: [Node]
  let models: [String]
  let configuration: String

  enum CodingKeys: String, CodingKey {
    case cluster, setting, system, backend, rules, seed, nodes, models, configuration
    case schemaVersion = "schema_version"
    case modelSet = "model_set"
    case inputHash = "input_hash"
  }

  /// The state of a deployment that may start.
  public init(deployment: ServingDeployment, setting: some ExperimentSetting, inputs: RunInputs) {
    cluster = inputs.cluster.rawValue
    self.setting = setting.description
    system = setting.system.rawValue
    modelSet = setting.modelSet
    backend = setting.backend
    rules = inputs.rules.rawValue
    seed = inputs.seed
    inputHash = inputs.ofServer.hash(of: setting)
    nodes = zip(deployment.backend.nodes, deployment.storage.hostStores).map { server, store in
      Node(
        name: server.name, type: server.type.name,
        storage: store.shares.map { deployment.backend.storage[$0.storageServer].name })
    }
    models = deployment.deployments.map(\.name.description)
    configuration = inputs.configuration.resolvedText
  }

  private static let file = "server.json"

  /// Records the state in a folder of results, in the place of an earlier one.
  public func save(in results: String) throws {
    let text = try JSONText.pretty(self)
    let folder = StateFolder(results: results)
    try folder.whileWriting { try FileStore.write(text, to: folder.path(of: Self.file)) }
  }

  /// Checks that the server that was started in a folder of results is the one a setting needs.
  ///
  /// - Parameter options: what the command that starts the right one needs besides the setting, as it is typed.
  /// - Throws: ``ExperimentError`` when there is none or another one, with the command that starts the right one.
  public static func check(
    _ setting: some ExperimentSetting, inputs: RunInputs, in results: String, options: String = ""
  ) throws {
    let command = setting.startCommand + options
    let path = StateFolder(results: results).path(of: file)
    guard FileStore.exists(path) else {
      throw ExperimentError.serverNotStarted(setting: setting.description, command: command)
    }
    let state = try JSONText.read(ServerState.self, from: path, expected: "the state of a server")
    guard state.inputHash != inputs.ofServer.hash(of: setting) else { return }
    let wanted =
      state.setting == setting.description ? "this configuration, seed, rules and version of it" : setting.description
    throw ExperimentError.otherServerStarted(found: state.setting, wanted: wanted, command: command)
  }
}
