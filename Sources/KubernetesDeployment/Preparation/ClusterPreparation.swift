import KubernetesClient
import Synchronization
import WireProtocols

/// Makes a cluster ready for a run, step by step: namespace, images, models.
public struct ClusterPreparation: Sendable {
  private let client: KubernetesClient
  private let settings: ManifestSettings
  private let progress: @Sendable (String) -> Void

  /// A preparation that tells how it comes along.
  public init(client: KubernetesClient, settings: ManifestSettings, progress: @escaping @Sendable (String) -> Void) {
    self.client = client
    self.settings = settings
    self.progress = progress
  }

  /// Makes the namespace unless somebody else has made one of that name, which is left as it is.
  ///
  /// - Throws: `KubernetesError`.
  public func makeNamespace() async throws {
    let present = try await client.get(.namespaces, settings.namespace)
    guard present == nil || present?.label("app.kubernetes.io/managed-by") == OwnLabels.owner else { return }
    try await client.apply(settings.namespaceManifest)
  }

  /// Fetches the images of all nodes, waits until they are there, and takes its own objects away again.
  ///
  /// - Throws: ``DeploymentError/stepFailed(step:object:reason:)``, `KubernetesError`.
  public func fetchImages(within limit: Duration) async throws {
    let sets = try ManifestSettings.NodeKind.allCases.map { try settings.prefetch(on: $0) }
    try await run(sets, .daemonSets, step: "Fetching images", within: limit) { set in
      guard let status = set["status"], let wanted = status["desiredNumberScheduled"]?.integer,
        status["observedGeneration"]?.integer == set["metadata", "generation"]?.integer
      else { return .waiting("its nodes are yet to be counted") }
      let ready = status["numberReady"]?.integer ?? 0
      return ready >= wanted ? .done : .waiting("\(ready) of \(wanted) nodes have the images")
    }
  }

  /// Runs Jobs side by side, waits until all have succeeded, and takes them away again.
  ///
  /// - Throws: ``DeploymentError/stepFailed(step:object:reason:)``, `KubernetesError`.
  public func run(_ jobs: [KubernetesObject], step: String, within limit: Duration) async throws {
    try await run(jobs, .jobs, step: step, within: limit) { job in
      let conditions = job["status", "conditions"]?.array ?? []
      func holds(_ type: String) -> JSON? {
        conditions.first { $0["type"]?.string == type && $0["status"]?.string == "True" }
      }
      if holds("Complete") != nil { return .done }
      if let failure = holds("Failed") { return .failed(failure["message"]?.string ?? "the Job failed") }
      return .waiting("\(job["status", "active"]?.integer ?? 0) pods are at work")
    }
  }

  /// How far an object is.
  private enum Progress {
    case done
    case waiting(String)
    case failed(String)
  }

  private func run(
    _ objects: [KubernetesObject], _ type: ResourceType, step: String, within limit: Duration,
    _ read: @escaping @Sendable (KubernetesObject) -> Progress
  ) async throws {
    for object in objects { try await client.apply(object) }
    let states = StepStates(objects.map(\.name))
    let progress = progress
    do {
      try await client.wait(
        for: type, namespace: settings.namespace, selector: try settings.labels.selector, within: limit,
        what: "\(step.lowercased()) is not done"
      ) { event in
        switch event {
        case .added(let object), .changed(let object):
          switch read(object) {
          case .done: if states.set(object.name, nil) { progress("\(step): \(object.name) is done.") }
          case .waiting(let state): if states.set(object.name, state) { progress("\(step): \(object.name): \(state).") }
          case .failed(let reason): states.fail(object.name, reason)
          }
        case .removed(let object): states.fail(object.name, "somebody has deleted it")
        case .trouble(let reason): progress(reason)
        case .complete: break
        }
        return states.isOver
      } state: {
        states.text
      }
    } catch KubernetesError.notInTime(_, _, let state) {
      throw DeploymentError.stepFailed(
        step: step, object: state,
        reason: try await podTroubles() ?? "it took longer than \(limit.components.seconds) s")
    }
    if let (object, reason) = states.failure {
      let pods = try await podTroubles()
      throw DeploymentError.stepFailed(step: step, object: object, reason: pods.map { "\(reason) (\($0))" } ?? reason)
    }
    for object in objects { try await client.delete(type, object.name, namespace: settings.namespace) }
  }

  /// What the pods of the run suffer from, if they do.
  private func podTroubles() async throws -> String? {
    let pods = try await client.list(
      .pods, namespace: settings.namespace, selector: try settings.labels.selector)
    let troubles = pods.items.compactMap { pod in PodTrouble.reason(of: pod).map { "pod \(pod.name): \($0)" } }
    return troubles.isEmpty ? nil : troubles.sorted().prefix(5).joined(separator: "; ")
  }
}

/// How far the objects of a step are.
private final class StepStates: Sendable {
  private struct State {
    var waiting: [String: String]
    var failure: (object: String, reason: String)?
  }

  private let state: Mutex<State>

  init(_ names: [String]) {
    state = Mutex(State(waiting: Dictionary(uniqueKeysWithValues: names.map { ($0, "not seen yet") })))
  }

  /// Notes a state, `nil` for done; returns whether it is news of an object of the step.
  func set(_ name: String, _ text: String?) -> Bool {
    state.withLock { state in
      guard let known = state.waiting[name] else { return false }
      state.waiting[name] = text
      return known != text
    }
  }

  func fail(_ name: String, _ reason: String) {
    state.withLock { state in
      if state.waiting[name] != nil, state.failure == nil { state.failure = (name, reason) }
    }
  }

  var failure: (object: String, reason: String)? { state.withLock { $0.failure } }
  var isOver: Bool { state.withLock { $0.waiting.isEmpty || $0.failure != nil } }
  var text: String {
    state.withLock { state in
      state.waiting.keys.sorted().map { "\($0) (\(state.waiting[$0] ?? ""))" }.joined(separator: ", ")
    }
  }
}
