import ClusterSimulation
import ExternalPolicies
import FoundationEssentials
import Quantities
import Scheduling
import ServingModel
import WorkloadGeneration
import YAMLReading

extension Configuration {
  /// The configuration of the built-in files with a user's file laid over them.
  ///
  /// A section of the user's file replaces the entries of the built-in section that it names and keeps the others; so a
  /// file with one new model, or with a refitted `calibration`, is complete.
  ///
  /// - Parameters:
  ///   - userFile: path of a YAML file; `nil` for the built-in configuration.
  ///   - changes: what a sweep sets, in the end.
  ///   - policies: policies as a command line names them; those that are commands are added to the configuration's.
  /// - Throws: ``UsageError`` for a file that cannot be read or is refused, with file, line and key.
  public static func load(
    userFile: String? = nil, changes: [ConfigurationChange] = [], policies: [String] = []
  ) throws -> Configuration {
    try reportingUsage {
      let text = try userFile.map { ConfigurationText(name: $0, text: try readText($0)) }
      return try load(over: text, changes: changes, policies: policies)
    }
  }

  /// The same with a user's file that has been read already.
  ///
  /// - Throws: ``UsageError`` for a file that is refused, with file, line and key.
  public static func load(
    userText: ConfigurationText?, changes: [ConfigurationChange] = []
  ) throws -> Configuration {
    try reportingUsage { try load(over: userText, changes: changes, policies: []) }
  }

  private static func reportingUsage<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as YAMLError {
      throw UsageError(error.description)
    } catch let error as ExperimentError {
      throw UsageError(error.description)
    }
  }

  private static func load(
    over userText: ConfigurationText?, changes: [ConfigurationChange], policies: [String]
  ) throws -> Configuration {
    var root = try builtInFiles.map { try YAMLParser.parse($0.text, file: $0.name) }
      .reduce(YAMLNode(.mapping([]), at: YAMLPlace(file: "built-in", line: 1, column: 1)), overlay)
    if let userText { root = overlay(root, try YAMLParser.parse(userText.text, file: userText.name)) }
    for policy in policies.compactMap(ExternalPolicy.init(word:)) {
      root = overlay(root, try YAMLParser.parse(policy.section, file: "--policy"))
    }
    for change in changes { root = try change.applied(to: root) }
    return try ConfigurationBuilder(root: root).build()
  }

  /// Files that are compiled into the programs, so that these run from anywhere.
  private static var builtInFiles: [(name: String, text: String)] {
    [
      ("calibration.yaml", PackageResources.calibration_yaml),
      ("hardware.yaml", PackageResources.hardware_yaml),
      ("models.yaml", PackageResources.models_yaml),
      ("testbeds.yaml", PackageResources.testbeds_yaml),
      ("experiments.yaml", PackageResources.experiments_yaml),
    ].map { ($0.0, String(decoding: $0.1, as: UTF8.self)) }
  }

  /// Lays one tree over another: mappings are merged down to the entries of sections, everything else is replaced.
  ///
  /// Constants of GPUs are entries, too, though they lie one level deeper: a file that adds one kind of GPU, or refits
  /// one, keeps the others.
  private static func overlay(_ base: YAMLNode, _ top: YAMLNode) -> YAMLNode {
    merge(base, top, depth: 2)
  }

  private static func merge(_ base: YAMLNode, _ top: YAMLNode, depth: Int) -> YAMLNode {
    guard depth > 0, case .mapping(let old) = base.content, case .mapping(let new) = top.content else { return top }
    let replaced = old.map { entry in
      guard let value = top[entry.key] else { return entry }
      let below = depth == 1 && entry.key == "gpus" ? 1 : depth - 1
      return YAMLEntry(key: entry.key, at: entry.place, value: merge(entry.value, value, depth: below))
    }
    let added = new.filter { base[$0.key] == nil }
    return YAMLNode(.mapping(replaced + added), at: base.place)
  }
}

/// A user's configuration file, as it was read.
public struct ConfigurationText: Codable, Hashable, Sendable {
  /// What errors call it.
  public let name: String
  /// What is in it.
  public let text: String

  /// A text with its name.
  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }

  /// The text of a file.
  ///
  /// - Throws: ``UsageError`` for a file that cannot be read.
  public init(ofFile path: String) throws {
    do {
      self.init(name: path, text: try readText(path))
    } catch let error as ExperimentError {
      throw UsageError(error.description)
    }
  }
}

/// Turns the merged tree into checked values.
struct ConfigurationBuilder {
  let root: YAMLNode

  /// Everything is checked before the models are cut into stages, which takes the longest.
  func build() throws -> Configuration {
    let file = try YAMLDecoder().decode(ConfigurationFile.self, from: root)
    let designs = try file.models.mapKeyed { (entry: $1, architecture: try architecture(of: $0, $1.architecture)) }
    let hardware = try hardware(file)
    try checkNames(of: "model_sets", file.modelSets.map(\.key))
    try checkNames(of: "backends", file.backends.map(\.key))
    let modelSets = try file.modelSets.mapKeyed { try members(of: $0, $1, models: file.models) }
    let backends = try file.backends.mapKeyed { try backend($0, $1, in: file, hardware: hardware) }
    return Configuration(
      hardware: hardware, coldStart: coldStart(file.coldstart), endToEnd: try endToEnd(file.endtoend),
      controlPlaneWork: controlPlaneWork(file.hardware.controlPlane), prices: try prices(file),
      instanceTypes: file.instanceTypes.sorted { $0.key < $1.key }.map { instanceType($0.key, $0.value) },
      storageTypes: file.storageTypes.sorted { $0.key < $1.key }.map { ($0.key, .gbps($0.value.networkGbps.value)) },
      models: try designs.mapKeyed { try model($0, $1.entry, $1.architecture) }, modelSets: modelSets,
      backends: backends, testbeds: try file.testbeds.mapKeyed { try testbed($0, $1, in: file) }, images: file.images,
      policies: try policies(file.policies), root: root)
  }

  /// Refuses names of a section that could not stand in the name of a folder of results.
  private func checkNames(of section: String, _ names: [String]) throws {
    for name in names.sorted() {
      let isPlain = name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
      }
      guard isPlain, !name.isEmpty else {
        throw refusal(
          at: [.key(section), .key(name)], "the name becomes part of a folder's name; use letters, digits, -, _ and .")
      }
    }
  }

  /// An error at the place of a value.
  func refusal(at path: [YAMLPath.Step], _ reason: String) -> YAMLError {
    var node = root
    for step in path {
      let next =
        switch step {
        case .key(let key): node[key]
        case .index(let index): node[index]
        }
      node = next ?? node
    }
    return .invalidValue(at: node.place, path: YAMLPath(path), reason: reason)
  }

  // MARK: Models

  private func model(
    _ identifier: String, _ entry: ModelEntry, _ architecture: ModelArchitecture
  ) throws -> Configuration.Model {
    let tensors = architecture.tensors(naming: .engine)
    let stageBytes = try WeightPartition.stageBytes(
      tensors: tensors, layerCount: architecture.layerCount, tiesWordEmbeddings: architecture.tiesWordEmbeddings,
      mostStages: Self.maxPipelineSize)
    return Configuration.Model(
      identifier: identifier, label: entry.label, schedulerSizeGB: entry.schedulerSizeGB.value, stageBytes: stageBytes,
      keyValueBytesPerToken: .bytes(Int64(architecture.keyValueBytesPerToken)), architecture: architecture)
  }

  /// Most stages of a pipeline. Source: the published scheduler's default of MAX_PP_SIZE.
  static let maxPipelineSize = 4

  private func members(
    of set: String, _ entries: [ModelSetEntry], models: [String: ModelEntry]
  ) throws -> [Configuration.SetMember] {
    guard !entries.isEmpty else {
      throw refusal(at: [.key("model_sets"), .key(set)], "it names no model; name at least one.")
    }
    return try entries.enumerated().map { index, entry in
      guard let model = models[entry.model] else {
        throw refusal(
          at: [.key("model_sets"), .key(set), .index(index), .key("model")],
          UsageError.unknown("model", entry.model, allowed: models.map(\.key).sorted()).description)
      }
      return Configuration.SetMember(
        model: entry.model,
        slo: SLO(
          timeToFirstToken: .milliseconds(entry.ttftSLO.value), timePerOutputToken: .milliseconds(entry.tpotSLO.value)),
        replicas: entry.replicas?.value ?? 1, application: entry.application,
        schedulerSizeGB: entry.schedulerSizeGB?.value ?? model.schedulerSizeGB.value)
    }
  }

  // MARK: Hardware

  private func hardware(_ file: ConfigurationFile) throws -> HardwareModel {
    let split = file.hardware.startSplit
    guard split.container.value + split.runtime.value <= 1 else {
      throw refusal(at: [.key("hardware"), .key("start_split")], "the two shares add up to more than 1.")
    }
    let gpus = try file.hardware.gpus.mapKeyed { name, engine in
      guard let fitted = file.calibration.gpus[name] else {
        throw refusal(at: [.key("hardware"), .key("gpus"), .key(name)], "`calibration.gpus` has no constants for it.")
      }
      return GPUConstants(
        workerStart: .seconds(fitted.workerStart.value),
        frameworkLoad: .gigabytesPerSecond(fitted.frameworkLoad.value),
        engineProfile: .seconds(fitted.engineProfile.value),
        engineInitialisation: .seconds(fitted.engineInitialisation.value),
        prefillBase: .milliseconds(engine.prefillBase.value),
        prefillPerTokenAndGB: .microseconds(engine.prefillPerTokenAndGB.value),
        decodeBase: .milliseconds(engine.decodeBase.value), decodePerGB: .milliseconds(engine.decodePerGB.value))
    }
    var hardware = HardwareModel(
      gpus: Dictionary(uniqueKeysWithValues: gpus.map { (GPUType($0.key), $0.value) }),
      hostToGPU: .gigabytesPerSecond(file.calibration.hostToGPU.value),
      pipelineSetup: .seconds(file.calibration.pipelineSetup.value),
      fetchCap: file.hardware.fetchCap.map { .gigabytesPerSecond($0.value) },
      startSplit: WorkerStartSplit(container: split.container.value, runtime: split.runtime.value),
      podDeletion: .seconds(file.hardware.podDeletion.value),
      responsePath: .milliseconds(file.hardware.responsePath.value),
      batchSlowdown: file.hardware.batchSlowdown.value,
      pipelineHop: .milliseconds(file.hardware.pipelineHop.value))
    hardware.kvMigration = .milliseconds(file.hardware.kvMigration.value)
    hardware.oldStageStop = .milliseconds(file.hardware.oldStageStop.value)
    hardware.cacheQuery = .milliseconds(file.hardware.cacheQuery.value)
    return hardware
  }

  private func controlPlaneWork(_ section: HardwareSection.ControlPlane) -> ControlPlaneWork {
    ControlPlaneWork(
      perRequest: .milliseconds(section.perRequest.value), perPodCreated: .milliseconds(section.perPodCreated.value),
      perPodDeleted: .milliseconds(section.perPodDeleted.value))
  }

  private func coldStart(_ section: ColdStartSection) -> Configuration.ColdStart {
    Configuration.ColdStart(
      measurements: section.measurements.value, pause: .seconds(section.pause.value),
      begin: .seconds(section.begin.value), promptTokens: section.promptTokens.value,
      outputTokens: section.outputTokens.value, serverlessLLMOutputTokens: section.serverlessLLMOutputTokens.value)
  }
}

extension ConfigurationBuilder {
  fileprivate func endToEnd(_ section: EndToEndSection) throws -> Configuration.EndToEnd {
    var trace = SyntheticTraceParameters()
    trace.popularitySkew = section.popularitySkew.value
    trace.burstSigma = section.burstSigma.value
    trace.gapCV = section.gapCV.value
    trace.outputFactor = section.outputFactor.value
    trace.maximumTokens = section.maximumTokens.value
    return Configuration.EndToEnd(
      trace: trace, routerPeriod: .seconds(section.routerPeriod.value), userTrace: try userTrace(section),
      clientPatience: section.clientPatience.map { .seconds($0.value) })
  }

  private func userTrace(_ section: EndToEndSection) throws -> UserTrace? {
    switch (section.functions, section.trace) {
    case (nil, nil): nil
    case (let path?, nil): try UserTrace(.functions, path: path)
    case (nil, let path?): try UserTrace(.requests, path: path)
    case (_?, _?):
      throw refusal(at: [.key("endtoend"), .key("trace")], "`functions` names another trace; give one of the two.")
    }
  }
}

extension Dictionary where Key == String {
  /// The values transformed with their keys, in the order of the keys, so that of several errors always the same is
  /// thrown.
  func mapKeyed<NewValue>(_ transform: (String, Value) throws -> NewValue) rethrows -> [String: NewValue] {
    var result: [String: NewValue] = [:]
    for (key, value) in sorted(by: { $0.key < $1.key }) {
      result[key] = try transform(key, value)
    }
    return result
  }
}
