import ClusterSimulation
import ExternalPolicies
import Policies
import Quantities
import Scheduling
import ServingModel
import WorkloadGeneration
import YAMLReading

/// The checked configuration of the experiments: every name resolves, every number is in its range.
///
/// Made by ``load(userFile:)`` from the built-in YAML files and, laid over them, a user's own.
public struct Configuration: Sendable {
  /// What is known of a model.
  public struct Model: Hashable, Sendable {
    /// The identifier, `vendor/name`.
    public let identifier: String
    /// What figures call it.
    public let label: String
    /// Its size in whole GB as the published scheduler counts it.
    public let schedulerSizeGB: Int
    /// Bytes of each stage, by pipeline size: `stageBytes[p - 1][rank]`.
    public let stageBytes: [[ByteCount]]
    /// What a token takes in the KV cache, all layers together.
    public let keyValueBytesPerToken: ByteCount
    /// Its dimensions.
    public let architecture: ModelArchitecture
  }

  /// A model of a set, with its objectives there.
  public struct SetMember: Hashable, Sendable {
    /// The model's identifier.
    public let model: String
    /// Its objectives.
    public let slo: SLO
    /// How many distinct fine-tuned models of it are deployed.
    public let replicas: Int
    /// The application it serves.
    public let application: String?
    /// Its size in whole GB as the scheduler counts it in this set.
    public let schedulerSizeGB: Int
  }

  /// All servers of a cluster.
  public struct Testbed: Hashable, Sendable {
    /// A server that holds models, with the provider's name of its type.
    public struct Storage: Hashable, Sendable {
      /// The server.
      public let server: StorageServer
      /// The provider's name of its type.
      public let type: String
    }

    /// The servers that carry GPUs.
    public let gpuServers: [GPUServer]
    /// The servers that hold models.
    public let storageServers: [Storage]
  }

  /// A testbed and which of its servers carry the GPUs that are used.
  public struct Backend: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The GPU servers that are used.
    public let nodes: [GPUServer]
    /// Everything else: storage servers and GPU servers that are not used.
    public let storage: [StorageServer]
    /// All GPU servers of the testbed, used or not; the ones that carry labels.
    public let labelledNodes: [String]
    /// Which storage servers are given out first.
    public let storagePreference: StorageAssignment.Preference
    /// Host memory for models of a ServerlessLLM worker in the cold-start experiment.
    public let serverlessLLMPool: ByteCount
    /// Models that are loaded between measurements to evict the measured one: the first that is not the measured one.
    public let evictingModels: [String]
  }

  /// What servers cost, as the user says.
  public struct Prices: Hashable, Sendable {
    /// What prices are counted in, for example USD.
    public let unit: String
    /// Where they come from, in the user's words.
    public let source: String
    /// The price of an hour of a server by the name of its type.
    public let perHour: [String: Double]
  }

  /// The numbers of the cold-start experiment.
  public struct ColdStart: Hashable, Sendable {
    /// Measurements of each model.
    public let measurements: Int
    /// Pause after each answer.
    public let pause: Duration
    /// When the client begins.
    public let begin: Timestamp
    /// Length of the prompt in tokens.
    public let promptTokens: Int
    /// Length of an answer in tokens.
    public let outputTokens: Int
    /// Length of an answer of ServerlessLLM in tokens.
    public let serverlessLLMOutputTokens: Int
  }

  /// The numbers of the end-to-end experiment.
  public struct EndToEnd: Hashable, Sendable {
    /// The recipe of the synthetic production trace.
    public var trace: SyntheticTraceParameters
    /// Pause of a model's load balancer in ServerlessLLM before it hands out the next request.
    public var routerPeriod: Duration
    /// A trace of the user's in place of the synthetic one.
    public var userTrace: UserTrace?
    /// How long a client waits for its whole answer before it goes away; `nil` for as long as the run takes.
    public var clientPatience: Duration?
  }

  /// The hardware constants.
  public var hardware: HardwareModel
  /// The numbers of the cold-start experiment.
  public let coldStart: ColdStart
  /// The numbers of the end-to-end experiment.
  public var endToEnd: EndToEnd
  /// What the published control plane's commands cost it.
  public var controlPlaneWork: ControlPlaneWork
  /// Prices of servers; `nil` where the user gives none.
  public let prices: Prices?
  /// Types of virtual machine that carry GPUs, sorted by name.
  public let instanceTypes: [InstanceType]
  /// Types of storage server with the rate of their network, sorted by name.
  public let storageTypes: [(name: String, network: Bandwidth)]
  /// Names of the backends, sorted.
  public let backendNames: [String]
  /// Names of the sets of models, sorted.
  public let modelSetNames: [String]
  /// Container images by role, sorted by role.
  public let images: [(role: String, image: String)]
  /// The configuration as text, with the user's changes laid over the built-in files.
  public var resolvedText: String { YAMLWriter.write(YAMLTree(root)) }
  /// Policies beside the systems of the paper: those of this program, then those that the configuration names, sorted.
  public let policies: [any ServingPolicy]

  /// The whole of it as it was read; making text of it takes longer than many a program does anything else.
  let root: YAMLNode
  private let models: [String: Model]
  private let modelSets: [String: [SetMember]]
  private let backends: [String: Backend]
  private let testbeds: [String: Testbed]

  init(
    hardware: HardwareModel, coldStart: ColdStart, endToEnd: EndToEnd, controlPlaneWork: ControlPlaneWork,
    prices: Prices?, instanceTypes: [InstanceType], storageTypes: [(name: String, network: Bandwidth)],
    models: [String: Model], modelSets: [String: [SetMember]], backends: [String: Backend],
    testbeds: [String: Testbed], images: [String: String], policies: [any ServingPolicy],
    root: YAMLNode
  ) {
    self.hardware = hardware
    self.coldStart = coldStart
    self.endToEnd = endToEnd
    self.controlPlaneWork = controlPlaneWork
    self.prices = prices
    self.instanceTypes = instanceTypes
    self.storageTypes = storageTypes
    self.models = models
    self.modelSets = modelSets
    self.backends = backends
    self.testbeds = testbeds
    self.backendNames = backends.map(\.key).sorted()
    self.modelSetNames = modelSets.map(\.key).sorted()
    self.images = images.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    self.policies = policies
    self.root = root
  }

  /// The policy of a name.
  ///
  /// - Throws: ``UsageError`` when there is none.
  public func policy(_ name: String) throws -> any ServingPolicy {
    guard let policy = policies.first(where: { $0.name == name }) else {
      throw UsageError.unknown("policy", name, allowed: policies.map(\.name))
    }
    return policy
  }

  /// The policy that a command line names: by its name, or by the command that it is.
  ///
  /// - Throws: ``UsageError`` when there is none.
  public func policy(word: String) throws -> any ServingPolicy {
    guard word.hasPrefix(ExternalPolicy.commandPrefix) else { return try policy(word) }
    guard let external = ExternalPolicy(word: word) else {
      throw UsageError(
        "The policy `\(word)` names no program; write exec: and a command, such as exec:python3 mine.py.")
    }
    return try policy(external.name)
  }

  /// The serving system of a name: one of the paper's that an experiment has, or a policy.
  ///
  /// - Throws: ``UsageError`` when there is none.
  public func system(_ name: String, among published: [ServingSystem]) throws -> ServingSystem {
    let systems = published + policies.map(\.system)
    guard let system = systems.first(where: { $0.rawValue == name }) else {
      throw UsageError.unknown("execution type", name, allowed: systems.map(\.rawValue))
    }
    return system
  }

  /// The backend of a name.
  ///
  /// - Throws: ``UsageError`` when there is none.
  public func backend(_ name: String) throws -> Backend {
    guard let backend = backends[name] else {
      throw UsageError.unknown("backend", name, allowed: backendNames)
    }
    return backend
  }

  /// The testbed of a name.
  ///
  /// - Throws: ``UsageError`` when there is none.
  public func testbed(_ name: String) throws -> Testbed {
    guard let testbed = testbeds[name] else {
      throw UsageError.unknown("testbed", name, allowed: testbeds.map(\.key).sorted())
    }
    return testbed
  }

  /// The members of a set of models, in order.
  ///
  /// - Throws: ``UsageError`` when there is none.
  public func modelSet(_ name: String) throws -> [SetMember] {
    guard let members = modelSets[name] else {
      throw UsageError.unknown("model set", name, allowed: modelSetNames)
    }
    return members
  }

  /// What is known of a model.
  ///
  /// - Throws: ``UsageError`` when there is none.
  public func model(_ identifier: String) throws -> Model {
    guard let model = models[identifier] else {
      throw UsageError.unknown("model", identifier, allowed: models.map(\.key).sorted())
    }
    return model
  }
}
