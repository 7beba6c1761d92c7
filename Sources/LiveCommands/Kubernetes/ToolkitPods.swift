import Experiments
import Glibc
import KubernetesDeployment
import KubernetesEmulation
import PodEmulation
import ServingModel

/// Which of this toolkit's programs stands in for which published image.
///
/// Workers and storage servers become `emulated-worker` and `storage-server`, told by the pod's environment what the
/// published images are told; a download is done at once; this toolkit's own image is its `reproduce`; and whatever else
/// runs without doing anything.
struct ToolkitPods: Sendable {
  /// The folder of the programs.
  let programs: String
  /// The images by role, as the configuration names them.
  let images: [(role: String, image: String)]
  /// A file laid over the built-in configuration, which the programs read, too.
  let configurationFile: String?
  /// By how much there is less of all bytes.
  let byteScale: Double
  /// How many times faster than reality everything goes.
  let timeScale: Double

  /// Called with the name of every shared-memory segment that an agent is about to make.
  var willMakeSegment: @Sendable (String) throws -> Void = { _ in }

  /// What a pod does.
  func run(_ pod: PodDescription) -> PodRun {
    switch role(of: pod.image) {
    case .some where !pod.command.isEmpty: otherCommand(pod)
    case "worker": worker(pod)
    case "storage_agent": agent(pod)
    case "storage_server": storage(pod)
    case "download": .ends(exitCode: 0, after: .zero)
    case nil where isToolkit(pod.image): toolkit(pod)
    default: .idles
    }
  }

  /// An image that is told to run something else than its own program: what waits goes on waiting, what has an end is done.
  private func otherCommand(_ pod: PodDescription) -> PodRun {
    pod.command.contains { $0.contains("sleep") } ? .idles : .ends(exitCode: 0, after: .zero)
  }

  /// Whether an image is this toolkit's own, from whatever registry.
  private func isToolkit(_ image: String) -> Bool {
    Self.repository(image).split(separator: "/").last.map(String.init) == Toolkit.imageName
  }

  /// The image's entry point is `reproduce`, which sees the environment that its pod has.
  private func toolkit(_ pod: PodDescription) -> PodRun {
    .process(
      PodProgram(program: "\(programs)/reproduce", arguments: pod.arguments, environment: pod.environment))
  }

  /// The role of an image, whatever its tag or digest.
  func role(of image: String) -> String? {
    images.first { Self.repository($0.image) == Self.repository(image) }?.role
  }

  private static func repository(_ image: String) -> String {
    let name = image.prefix { $0 != "@" }
    guard let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") else { return String(name) }
    return String(name[..<colon])
  }

  private func worker(_ pod: PodDescription) -> PodRun {
    guard let gpu = pod.node.gpuType else { return .fails(.crashes(exitCode: 1)) }
    let named = pod.labels.first { $0.name == OwnLabels.systemKey }.flatMap { ServingSystem(rawValue: $0.value) }
    let system = named ?? (pod.variable("NO_PRE_INIT") == "1" ? .serverlessVLLM : .hydraServe)
    return process(
      "emulated-worker", pod,
      ["--gpu", gpu, "--system", system.rawValue, "--started-at", "\(Self.nanosecondsSinceBoot)"])
  }

  private func agent(_ pod: PodDescription) -> PodRun {
    let segment = "/hydra-\(pod.address)"
    // One that cannot be written down must not be made.
    guard (try? willMakeSegment(segment)) != nil else { return .fails(.crashes(exitCode: 1)) }
    return process(
      "storage-server", pod,
      ["--role", "agent", "--gbps", "\(pod.node.network.inGbps)", "--segment", segment]
    ) {
      shm_unlink(segment)  // an agent that was killed leaves it behind
    }
  }

  private func storage(_ pod: PodDescription) -> PodRun {
    process("storage-server", pod, ["--role", "remote", "--gbps", "\(pod.node.network.inGbps)"])
  }

  private func process(
    _ program: String, _ pod: PodDescription, _ arguments: [String], cleanUp: @escaping @Sendable () -> Void = {}
  ) -> PodRun {
    var arguments =
      arguments + ["--address", pod.address, "--byte-scale", "\(byteScale)", "--time-scale", "\(timeScale)"]
    if let configurationFile { arguments += ["--config", configurationFile] }
    return .process(
      PodProgram(
        program: "\(programs)/\(program)", arguments: arguments + ["--exit-with-parent"],
        environment: pod.environment, cleanUp: cleanUp))
  }

  /// The clock by which a worker is told when its start began.
  private static var nanosecondsSinceBoot: Int64 {
    var now = timespec()
    clock_gettime(CLOCK_BOOTTIME, &now)
    return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
  }
}
