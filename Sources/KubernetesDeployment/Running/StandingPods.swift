import KubernetesClient
import Synchronization

/// Starts Deployments of one pod that are to stay, and waits for their addresses: storage servers, ServerlessLLM's head.
public struct StandingPods: Sendable {
  /// What starting remote storage is called.
  public static let remoteStorage = "Starting remote storage"

  private let client: KubernetesClient
  private let settings: ManifestSettings
  private let progress: @Sendable (String) -> Void

  /// Pods of a run, which tell how they come along.
  public init(client: KubernetesClient, settings: ManifestSettings, progress: @escaping @Sendable (String) -> Void) {
    self.client = client
    self.settings = settings
    self.progress = progress
  }

  /// Orders Deployments and waits until the pod of each has an address.
  ///
  /// - Parameters:
  ///   - deployments: the Deployments, whose pods carry their names as the label `app`.
  ///   - step: what this is, for people who wait, for example `Starting storage agents`.
  ///   - limit: how long it may take.
  /// - Returns: their addresses, in order.
  /// - Throws: ``DeploymentError/stepFailed(step:object:reason:)`` with the cluster's own words when the time is over,
  ///   `KubernetesError`.
  public func start(
    _ deployments: [KubernetesObject], step: String, within limit: Duration
  ) async throws -> [String] {
    for deployment in deployments { try await client.apply(deployment) }
    let board = Mutex((pods: WorkerPodBoard(), addresses: [String: String](), troubles: [String: String]()))
    let (names, progress) = (deployments.map(\.name), progress)
    do {
      try await client.wait(
        for: .pods, namespace: settings.namespace, selector: try settings.labels.selector, within: limit, what: step
      ) { event in
        let (news, isDone) = board.withLock { board -> ([WorkerPodNews], Bool) in
          let news = board.pods.take(event)
          for item in news {
            switch item {
            case .running(let name, let address): (board.addresses[name], board.troubles[name]) = (address, nil)
            case .trouble(let name, let reason), .restarted(let name, let reason): board.troubles[name] = reason
            case .ended(let name, let reason): (board.addresses[name], board.troubles[name]) = (nil, reason)
            case .gone, .clusterTrouble: break
            }
          }
          return (news, names.allSatisfy { board.addresses[$0] != nil && board.troubles[$0] == nil })
        }
        for case .trouble(let name, let reason) in news { progress("\(step): \(name): \(reason).") }
        return isDone
      } state: {
        ""
      }
    } catch KubernetesError.notInTime {
      let (name, reason) = board.withLock { board in
        let name = names.first { board.addresses[$0] == nil || board.troubles[$0] != nil } ?? ""
        return (name, board.troubles[name] ?? "no address after \(limit.components.seconds) s")
      }
      throw DeploymentError.stepFailed(step: step, object: name, reason: reason)
    }
    return board.withLock { board in names.map { board.addresses[$0] ?? "" } }
  }
}
