import ArgumentParser
import Experiments
import KubernetesClient
import KubernetesDeployment

/// The options of the Job that runs a sweep.
struct SweepJobOptions: ParsableArguments {
  @Option(help: "Container image of this toolkit, by tag or, better, by digest (NAME@sha256:…).")
  var image = "\(Toolkit.imageName):\(Toolkit.version)"

  @Option(help: "Shares that run at a time; 1 to 1000.")
  var parallelism = 8

  @Option(help: "Processors of a container, as Kubernetes writes them.")
  var cpu = "1"

  @Option(help: "Memory of a container, as Kubernetes writes it.")
  var memory = "1Gi"

  @Option(
    name: .customLong("run"),
    help: "Name of the run, by which it is found again; else one that comes from what is to be run and the image.")
  var name: String?

  @Option(help: "How long the Job may take, in minutes; 1 to 10000.")
  var timeoutMinutes = 240

  @Flag(help: "Leave the Job when its results are here, and when you interrupt.")
  var keep = false

  @Option(help: "Run nothing: client (print the Job) or server (have it checked).")
  var dryRun: KubernetesClient.DryRun?

  func validate() throws {
    guard (1...1000).contains(parallelism) else {
      throw ValidationError("--parallelism is \(parallelism); allowed: 1 to 1000.")
    }
    guard (1...10_000).contains(timeoutMinutes) else {
      throw ValidationError("--timeout-minutes is \(timeoutMinutes); allowed: 1 to 10000.")
    }
    _ = try job(run: name ?? "sweep", namespace: OwnLabels.namespace)
  }

  /// The Jobs of a run.
  func job(run: String, namespace: String) throws -> SweepJob {
    do {
      return try SweepJob(
        labels: try OwnLabels(run: run), namespace: namespace, image: image, processors: cpu, memory: memory)
    } catch {
      throw ValidationError("\(error)")
    }
  }

  /// How many shares some results are divided into: at least so many that all containers have work, and so many that what
  /// one prints is far from the 10 MiB at which nodes begin a new log and forget the old one.
  func shares(of plan: SweepPlan) -> Int {
    let bySize = (plan.estimatedBytes + Self.bytesPerShare - 1) / Self.bytesPerShare
    return max(1, min(plan.items.count, max(parallelism, bySize)))
  }

  private static let bytesPerShare = 5 << 20
}
