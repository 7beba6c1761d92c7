import FoundationEssentials
import Glibc
import Scheduling
import WorkloadGeneration

/// Everything that goes into a run and is not its setting.
public struct RunInputs: Sendable {
  /// The configuration.
  public let configuration: Configuration
  /// The seed, or the first of several.
  public let seed: UInt64
  /// How many seeds a setting is repeated with, where the experiment repeats it.
  public let seedCount: Int
  /// Which accidents of the published scheduler are kept.
  public let rules: RulesName
  /// The kind of cluster that is run on.
  public let cluster: ClusterKind
  /// The engine of the user's own that serves on it, as the user named it; `nil` where ours do.
  public private(set) var engine: String?
  /// Whether the nodes of the cluster say that they are emulated, so that nothing on them is measured.
  public private(set) var isOnEmulatedNodes = false

  /// Inputs of a run.
  ///
  /// - Precondition: there is at least one seed, and the last of them is a number of 64 bits.
  public init(
    configuration: Configuration, seed: UInt64, seedCount: Int = 1, rules: RulesName, cluster: ClusterKind = .simulated
  ) {
    precondition(seedCount > 0 && UInt64(seedCount - 1) <= .max - seed, "seeds are one or more numbers of 64 bits")
    self.configuration = configuration
    self.seed = seed
    self.seedCount = seedCount
    self.rules = rules
    self.cluster = cluster
  }

  /// The seeds, one after the other from the first.
  public var seeds: [UInt64] {
    (0..<UInt64(seedCount)).map { seed + $0 }
  }

  /// What the requests of an end-to-end run are drawn from.
  var workloadName: String {
    configuration.endToEnd.userTrace?.name ?? SyntheticTrace.generator
  }

  /// The same with the first seed alone; what a server is started for, whatever its clients repeat.
  var ofServer: RunInputs {
    RunInputs(configuration: configuration, seed: seed, rules: rules, cluster: cluster).served(by: engine)
      .onEmulatedNodes(isOnEmulatedNodes)
  }

  /// The same on an engine of the user's own, or with `nil` on ours.
  public func served(by engine: String?) -> RunInputs {
    var inputs = self
    inputs.engine = engine
    return inputs
  }

  /// The same on nodes that say that they are emulated, or that do not.
  public func onEmulatedNodes(_ isEmulated: Bool) -> RunInputs {
    var inputs = self
    inputs.isOnEmulatedNodes = isEmulated
    return inputs
  }

  /// How the numbers of a run came to be: those of a real engine are measured, those of emulated nodes are not.
  public var source: ResultSource {
    guard engine == nil else { return .measured }
    return isOnEmulatedNodes ? .emulated : cluster.source
  }

  /// The hash by which a rerun sees whether a result was made from the same inputs.
  public func hash(of setting: some ExperimentSetting) -> String {
    var hash = StableHash()
    hash.add(Toolkit.version)
    hash.add(setting.description)
    hash.add(cluster.rawValue)
    if let engine { hash.add(engine) }
    if isOnEmulatedNodes { hash.add("emulated nodes") }
    hash.add(rules.rawValue)
    hash.add(String(seed))
    hash.add(configuration.identity)
    if let policy = configuration.policies.first(where: { $0.system == setting.system }) {
      hash.add(policy.fingerprint)
    }
    for input in setting.furtherInputs(of: self) { hash.add(input) }
    return hash.hexadecimal
  }
}

/// A kind of cluster that experiments run on.
public enum ClusterKind: String, CaseIterable, Sendable {
  /// Machines, links and engines in virtual time.
  case simulated
  /// Processes on this machine in real time, with engines paced by the hardware model.
  case local
  /// The nodes of a Kubernetes cluster in real time.
  case kubernetes

  /// How the numbers of a run on it came to be.
  public var source: ResultSource {
    switch self {
    case .simulated: .simulated
    case .local: .emulated
    case .kubernetes: .measured
    }
  }
}

/// Where and when a run was made.
public struct RunCircumstances: Sendable {
  let build: String
  let host: String
  let startedAt: Date
  let endedAt: Date
  /// The image whose containers did it; `nil` where a program of this machine did.
  let image: String?

  /// Circumstances of a run of this program on this machine.
  public init(build: String, startedAt: Date, endedAt: Date) {
    var buffer = [CChar](repeating: 0, count: 256)
    gethostname(&buffer, buffer.count - 1)
    self.build = build
    self.host = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.image = nil
  }

  /// Circumstances of a run that was made elsewhere.
  init(build: String, host: String, startedAt: Date, endedAt: Date, image: String?) {
    self.build = build
    self.host = host
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.image = image
  }
}

/// The sets of rules that a user can choose by name.
public enum RulesName: String, CaseIterable, Sendable {
  /// With the accidents of the published scheduler; what the paper's figures were measured with.
  case published
  /// Without them.
  case corrected

  /// The rules.
  public var rules: ControlPlaneRules {
    switch self {
    case .published: .published
    case .corrected: .corrected
    }
  }
}
