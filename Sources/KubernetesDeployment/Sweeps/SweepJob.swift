import KubernetesClient
import WireProtocols

/// An Indexed Job whose containers run this toolkit, each a share of a plan, and print the results.
///
/// Containers have no rights on their node: another user than root, a file system that they cannot write to, no
/// capabilities and no token of the cluster. They need none, as they get the plan as a variable and print all they have.
public struct SweepJob: Hashable, Sendable {
  /// The labels of the run.
  public let labels: OwnLabels
  /// The namespace.
  public let namespace: String
  /// The image of this toolkit, by tag or by digest.
  public let image: String
  /// The processors that a container asks for and may use, as `1` or `500m`.
  public let processors: String
  /// The memory that a container asks for and may use, as `512Mi`.
  public let memory: String

  /// How often a share is tried again after a failure of its own.
  static let retries = 3
  /// How long a finished Job stays if nobody deletes it; a day, so that its results can still be fetched.
  static let secondsAfterFinished = 86_400
  /// The exit code of a command line or a plan that is refused, which no other try will mend.
  static let misuse = 64
  /// The most bytes of a plan: Linux passes no longer variables on.
  public static let longestPlan = 100_000

  /// Jobs of a run, checked.
  ///
  /// - Throws: `KubernetesError.badName`.
  public init(labels: OwnLabels, namespace: String, image: String, processors: String, memory: String) throws {
    try ObjectNames.checkLabel(namespace, "namespace")
    guard !image.isEmpty, image.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw KubernetesError.badName(what: "image", value: image, allowed: "a reference without blanks")
    }
    try Self.checkQuantity(processors, "number of processors", allowed: "a number above 0 as 2, 0.5 or 500m")
    try Self.checkQuantity(memory, "memory", allowed: "a number above 0 as 512Mi, 1Gi or 1000M")
    self.labels = labels
    self.namespace = namespace
    self.image = image
    self.processors = processors
    self.memory = memory
  }

  /// Checks what Kubernetes calls a quantity.
  private static func checkQuantity(_ text: String, _ what: String, allowed: String) throws {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let suffixes = ["", "m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti"]
    guard let number = Double(digits), number > 0, suffixes.contains(String(text.dropFirst(digits.count))) else {
      throw KubernetesError.badName(what: what, value: text, allowed: allowed)
    }
  }

  /// The Job.
  ///
  /// - Parameters:
  ///   - number: tells the Jobs of a run apart, from 1.
  ///   - plan: the text of the plan.
  ///   - planVariable: the variable that containers read it from.
  ///   - shares: how many indexes there are.
  ///   - parallelism: how many of them run at a time.
  ///   - features: what the cluster's Jobs can do.
  /// - Throws: `KubernetesError.badName`, ``DeploymentError/badNumber(what:value:allowed:)`` for a plan that is too long.
  public func manifest(
    number: Int, plan: String, planVariable: String, shares: Int, parallelism: Int, features: JobFeatures
  ) throws -> KubernetesObject {
    let name = "\(labels.run)-\(number)"
    try ObjectNames.checkLabel(name, "name of a Job")
    guard plan.utf8.count <= Self.longestPlan else {
      throw DeploymentError.badNumber(
        what: "length of the plan in bytes", value: plan.utf8.count,
        allowed: "up to \(Self.longestPlan); sweep fewer values or settings at a time")
    }
    var spec: [JSON.Member] = [
      .init("backoffLimit", .integer(Int64(max(Self.retries * 2, shares)))), .init("completionMode", "Indexed"),
      .init("completions", .integer(Int64(shares))), .init("parallelism", .integer(Int64(min(parallelism, shares)))),
    ]
    if features.limitsByIndex { spec[0] = .init("backoffLimitPerIndex", .integer(Int64(Self.retries))) }
    if features.hasFailurePolicy { spec.append(.init("podFailurePolicy", Self.failurePolicy)) }
    spec.append(
      .init(
        "template",
        [
          "metadata": ["labels": labels.json(app: name)],
          "spec": podSpec(plan: plan, planVariable: planVariable, shares: shares),
        ]))
    spec.append(.init("ttlSecondsAfterFinished", .integer(Int64(Self.secondsAfterFinished))))
    return KubernetesObject([
      "apiVersion": "batch/v1", "kind": "Job",
      "metadata": [
        "name": .string(name), "namespace": .string(namespace), "labels": labels.json(app: name),
      ],
      "spec": .object(spec),
    ])
  }

  /// A refused command line ends the Job; a pod that the cluster has ended (drained, evicted, preempted) is replaced and
  /// counts as no failure.
  private static let failurePolicy: JSON = [
    "rules": [
      ["action": "FailJob", "onExitCodes": ["operator": "In", "values": [.integer(Int64(misuse))]]],
      ["action": "Ignore", "onPodConditions": [["type": "DisruptionTarget", "status": "True"]]],
    ]
  ]

  /// Any user but root; the image has no names of users.
  private static let user = 65_532

  private func podSpec(plan: String, planVariable: String, shares: Int) -> JSON {
    let amounts: JSON = ["cpu": .string(processors), "memory": .string(memory)]
    return [
      "automountServiceAccountToken": false,
      "containers": [
        [
          "name": "share", "image": .string(image), "imagePullPolicy": "IfNotPresent",
          "args": ["share", "--of", .string("\(shares)")],
          "env": [["name": .string(planVariable), "value": .string(plan)]],
          "resources": ["limits": amounts, "requests": amounts],
          "securityContext": [
            "allowPrivilegeEscalation": false, "capabilities": ["drop": ["ALL"]], "readOnlyRootFilesystem": true,
          ],
        ]
      ],
      "enableServiceLinks": false, "restartPolicy": "Never",
      "securityContext": [
        "runAsGroup": .integer(Int64(Self.user)), "runAsNonRoot": true, "runAsUser": .integer(Int64(Self.user)),
        "seccompProfile": ["type": "RuntimeDefault"],
      ],
    ]
  }

  /// The plan and the number of shares that a Job of ours was made with; `nil` for any other Job.
  public static func contents(
    of job: KubernetesObject, planVariable: String
  ) -> (plan: String, shares: Int)? {
    guard let container = job["spec", "template", "spec", "containers"]?.array?.first,
      let variable = container["env"]?.array?.first(where: { $0["name"]?.string == planVariable }),
      let plan = variable["value"]?.string, let shares = job["spec", "completions"]?.integer, shares > 0
    else { return nil }
    return (plan, shares)
  }

  /// The number of a Job of the run; `nil` for any other name.
  func number(ofJob name: String) -> Int? {
    name.hasPrefix("\(labels.run)-") ? Int(name.dropFirst(labels.run.count + 1)) : nil
  }

  /// The namespace, made unless it is there.
  var namespaceManifest: KubernetesObject {
    KubernetesObject([
      "apiVersion": "v1", "kind": "Namespace",
      "metadata": ["name": .string(namespace), "labels": labels.json(app: nil)],
    ])
  }
}
