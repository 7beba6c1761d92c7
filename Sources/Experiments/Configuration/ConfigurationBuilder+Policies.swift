import ExternalPolicies
import Policies
import ServingModel
import YAMLReading

/// A policy of the user's own that is a program, as it stands in YAML.
struct PolicyEntry: Decodable {
  var command: [String]
  var label: String?
  var gpuIsolation: GPUIsolation?
  var workers: OwnSystem.Workers?
  var hostMemoryCache: Bool?
  var timeout: Positive?

  enum CodingKeys: String, CodingKey {
    case command, label, workers
    case gpuIsolation = "gpu_isolation"
    case hostMemoryCache = "host_memory_cache"
    case timeout = "timeout_s"
  }
}

extension GPUIsolation: Decodable {}
extension OwnSystem.Workers: Decodable {}

/// Policies beside the systems of the paper.
extension ConfigurationBuilder {
  /// The policies of this program, then those of the configuration by name; each has a name of its own.
  func policies(_ section: [String: PolicyEntry]?) throws -> [any ServingPolicy] {
    let policies = OwnPolicies.all
    if let problem = Self.problem(withNamesOf: policies) { throw UsageError(problem) }
    return try (section ?? [:]).sorted { $0.key < $1.key }.reduce(policies) { policies, item in
      let path: [YAMLPath.Step] = [.key("policies"), .key(item.key)]
      guard !item.value.command.isEmpty else {
        throw refusal(at: path + [.key("command")], "it is empty; name the program, then its arguments.")
      }
      let policy = ExternalPolicy(item.key, item.value)
      if let problem = Self.problem(withNamesOf: policies + [policy]) { throw refusal(at: path, problem) }
      return policies + [policy]
    }
  }

  /// What is wrong with the names of policies; `nil` when each can stand where names stand and is its policy's alone.
  static func problem(withNamesOf policies: [any ServingPolicy]) -> String? {
    for (index, policy) in policies.enumerated() {
      if let problem = OwnSystem.problem(withName: policy.name) {
        return "a policy cannot be called `\(policy.name)`: \(problem)"
      }
      if policies[..<index].contains(where: { $0.name == policy.name }) {
        return "two policies are called `\(policy.name)`; give one of them another name."
      }
    }
    return nil
  }
}

extension Configuration {
  /// The configuration as text without the policies, of which only the one that is run matters: what a run is filed under.
  var identity: String {
    guard case .mapping(let entries) = root.content else { return YAMLWriter.write(YAMLTree(root)) }
    let others = entries.filter { $0.key != "policies" }
    return YAMLWriter.write(YAMLTree(YAMLNode(.mapping(others), at: root.place)))
  }
}

extension ExternalPolicy {
  init(_ name: String, _ entry: PolicyEntry) {
    self.init(
      name: name, label: entry.label, gpuIsolation: entry.gpuIsolation ?? .shared,
      workers: entry.workers ?? .hydraServe, usesHostMemoryCache: entry.hostMemoryCache ?? false,
      command: entry.command, timeout: entry.timeout.map { .seconds($0.value) } ?? Self.usualTimeout)
  }

  /// The section of a configuration that has this policy alone.
  var section: String {
    let words = command.map { word in
      "\"" + word.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
    return "policies: {\"\(name)\": {command: [\(words.joined(separator: ", "))]}}"
  }
}
