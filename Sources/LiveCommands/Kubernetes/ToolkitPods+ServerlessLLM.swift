import Experiments
import KubernetesDeployment
import KubernetesEmulation
import PodEmulation
import Quantities

/// ServerlessLLM's pods: workers and control nodes run without doing anything, and the head's pod waits for the commands
/// that are run in it, of which the second starts `emulated-head`.
extension ToolkitPods {
  static let headRole = "serverlessllm_head"
  private static let workerRole = "serverlessllm_worker"

  /// What a command in a pod does.
  func execute(_ command: PodCommand) -> PodCommandRun {
    guard role(of: command.pod.image) == Self.headRole else { return .notFound(command) }
    switch command.words {
    case ServerlessLLMManifests.countCommand: return .prints(stdout: "\(members(of: command).count + 1)\n")
    case ServerlessLLMManifests.startCommand: return .starts(head(command))
    default: return .notFound(command)
    }
  }

  /// The pods that have been told of the head: they count as members of its cluster as soon as they run.
  private func members(of command: PodCommand) -> [PodDescription] {
    command.neighbours.filter { $0.namespace == command.pod.namespace && $0.variable("HEAD_IP") == command.pod.address }
  }

  private func head(_ command: PodCommand) -> PodProgram {
    let stores = command.neighbours.filter {
      $0.namespace == command.pod.namespace && role(of: $0.image) == "storage_server"
    }
    let machines = HeadMachines(
      storage: stores.map { .init(address: $0.address, network: $0.node.network) },
      workers: members(of: command).filter { role(of: $0.image) == Self.workerRole }.compactMap(Self.worker))
    // Remote storage is the one that is told what everything is for.
    let isEndToEnd = stores.first?.variable("MODEL_SET") == EndToEndSetting.figure9[0].modelSet
    return program(
      "emulated-head", command.pod,
      [
        "--experiment", isEndToEnd ? EndToEndSetting.experiment : ColdStartSetting.experiment, "--workers",
        machines.body.text,
      ])
  }

  private static func worker(_ pod: PodDescription) -> HeadMachines.Worker? {
    guard let id = pod.variable("WORKER_ID").flatMap({ Int($0) }),
      let pool = pod.variable("MEM_POOL_SIZE").flatMap({ Int($0) })
    else { return nil }
    return HeadMachines.Worker(
      id: id, node: pod.node.name, instanceType: pod.node.instanceType, poolSize: pool,
      storage: ["STORAGE_IP", "STORAGE_IP_2"].compactMap(pod.variable))
  }
}
