import KubernetesClient
import WireProtocols

/// The labels that everything of ours carries, so that exactly that can be found and deleted.
///
/// - Source: Kubernetes' recommended labels. Selection goes by a label of our own, since other tools set those, too.
public struct OwnLabels: Hashable, Sendable {
  /// Who owns it: the value of `managed-by` and `part-of`, and the prefix of our own keys.
  public static let owner = "hydraserve-repro"
  /// The key of the label that selects.
  public static let runKey = "hydraserve-repro/run"
  /// The key of a worker's label with the system of the paper whose worker it is; the published images' variables do not
  /// tell all of them apart.
  public static let systemKey = "hydraserve-repro/system"
  /// The namespace that objects go to unless another is named.
  public static let namespace = "hydraserve-repro"

  /// The run.
  public let run: String

  /// The labels of a run.
  ///
  /// - Throws: `KubernetesError.badName` for a run that is no value of a label.
  public init(run: String) throws {
    try ObjectNames.checkLabel(run, "run")
    self.run = run
  }

  /// The labels, with the name of the application first.
  func json(app: String?, more: [JSON.Member] = []) -> JSON {
    let name: [JSON.Member] = app.map { [.init("app", .string($0))] } ?? []
    return .object(
      name + [
        .init("app.kubernetes.io/instance", .string(run)), .init("app.kubernetes.io/managed-by", .string(Self.owner)),
        .init("app.kubernetes.io/part-of", .string(Self.owner)), .init(Self.runKey, .string(run)),
      ] + more)
  }

  /// What selects everything of the run.
  public var selector: LabelSelector {
    get throws { try LabelSelector.everything.and(Self.runKey, run) }
  }
}
