import Policies
import Quantities
import Scheduling
import ServingModel

@testable import ExternalPolicies

/// A policy that is a few lines of shell: after it has said hello, each event is answered as the script says.
struct Script {
  /// What answers the first line.
  var hello = #"{"type":"hello","protocol":1}"#
  /// Commands of the shell, run for each event with the line in `$line`.
  var each: String
  var timeout = Duration.seconds(20)
  var usesHostMemoryCache = false

  /// One server with two GPUs of 20 GB, another with one.
  static let nodes = [2, 1].enumerated().map { index, gpus in
    GPUServer(
      name: "node-\(index)",
      type: InstanceType(
        name: "small", gpuType: GPUType("a10"), gpuCount: gpus, gpuMemoryGB: 20, network: .gbps(16),
        hostMemoryGB: 64, virtualCPUs: 8))
  }

  /// One model of 10 GB.
  static let deployments = [
    ModelDeployment(
      name: ModelInstanceName(model: "some/model", replica: 0), schedulerSizeGB: 10, weights: .gigabytes(10),
      slo: SLO(timeToFirstToken: .seconds(8), timePerOutputToken: .milliseconds(100)))
  ]

  static let settings = PolicySettings(
    nodes: nodes, deployments: deployments, maxPipelineSize: 4,
    hydraServe: HydraServeConfiguration(placement: FirstFitPlacement()))

  /// The control plane, its program greeted.
  var controlPlane: ExternalControlPlane {
    let script = "read -r line; echo '\(hello)'; while read -r line; do \(each); done"
    let policy = ExternalPolicy(
      name: "mine", usesHostMemoryCache: usesHostMemoryCache, command: ["sh", "-c", script], timeout: timeout)
    return ExternalControlPlane(policy: policy, settings: Self.settings)
  }

  /// A script whose answer to an event is a list of commands, each in JSON.
  static func answering(_ commands: [(event: String, commands: String)]) -> Script {
    let cases = commands.map { "*'\"event\":\"\($0.event)\"'*) echo '{\"commands\":[\($0.commands)]}';;" }
    return Script(each: "case \"$line\" in \(cases.joined(separator: " ")) *) echo '{\"commands\":[]}';; esac")
  }
}
