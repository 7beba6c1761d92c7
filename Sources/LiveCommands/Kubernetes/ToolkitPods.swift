import Experiments
import Glibc
import KubernetesDeployment
import KubernetesEmulation
import PodEmulation
import ServingModel

/// Which of this toolkit's programs stands in for which published image.
///
/// Workers and storage servers become `emulated-worker` and `storage-server`, told by the pod's environment what the
/// published images are told; a download is done at once; this toolkit's own image is its `reproduce`; ServerlessLLM's head
/// is started by a command in its pod; and whatever else runs without doing anything.
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

  /// What the storage servers do wrong on purpose, as `storage-server --fault` takes it.
  var storageFault: String?
  /// Whether processes keep their cards' rates themselves; where the kernel does, they must not.
  var shapesCards = true
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
    case Self.headRole: .waitsForCommands
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
      ["--gpu", gpu, "--system", system.rawValue, "--started-at", "\(start(of: pod).nanosecondsSinceBoot)"])
  }

  /// When a pod's start began: with the order, if that is known; now, if it is started again.
  private func start(of pod: PodDescription) -> EmulatedOrder {
    let order = pod.annotations.first { $0.name == EmulatedOrder.key }.flatMap { EmulatedOrder($0.value) }
    guard let order, pod.restarts == 0 else { return EmulatedOrder(nanosecondsSinceBoot: BootClock.nanoseconds) }
    return order
  }

  private func agent(_ pod: PodDescription) -> PodRun {
    let segment = "/hydra-\(pod.address)"
    // One that cannot be written down must not be made.
    guard (try? willMakeSegment(segment)) != nil else { return .fails(.crashes(exitCode: 1)) }
    return process(
      "storage-server", pod,
      ["--role", "agent", "--segment", segment] + card(of: pod)
    ) {
      shm_unlink(segment)  // an agent that was killed leaves it behind
    }
  }

  private func storage(_ pod: PodDescription) -> PodRun {
    process(
      "storage-server", pod, ["--role", "remote"] + card(of: pod) + (storageFault.map { ["--fault", $0] } ?? []))
  }

  private func card(of pod: PodDescription) -> [String] {
    shapesCards ? ["--gbps", "\(pod.node.network.inGbps)"] : []
  }

  private func process(
    _ name: String, _ pod: PodDescription, _ arguments: [String], cleanUp: @escaping @Sendable () -> Void = {}
  ) -> PodRun {
    .process(program(name, pod, arguments + ["--byte-scale", "\(byteScale)"], cleanUp: cleanUp))
  }

  /// A program of ours at the address of a pod.
  func program(
    _ name: String, _ pod: PodDescription, _ arguments: [String], cleanUp: @escaping @Sendable () -> Void = {}
  ) -> PodProgram {
    var arguments = arguments + ["--address", pod.address, "--time-scale", "\(timeScale)"]
    if let configurationFile { arguments += ["--config", configurationFile] }
    return PodProgram(
      program: "\(programs)/\(name)", arguments: arguments + ["--exit-with-parent"], environment: pod.environment,
      cleanUp: cleanUp)
  }
}
