import KubernetesClient
import Scheduling
import Synchronization

/// The storage servers of a run: remote ones on storage nodes, and an agent on each GPU node.
public struct StoragePods: Sendable {
  private let client: KubernetesClient
  private let settings: ManifestSettings
  private let progress: @Sendable (String) -> Void

  /// The storage servers of a run, which tell how they come along.
  public init(client: KubernetesClient, settings: ManifestSettings, progress: @escaping @Sendable (String) -> Void) {
    self.client = client
    self.settings = settings
    self.progress = progress
  }

  /// Orders storage servers and waits until each has an address.
  ///
  /// - Parameter isAgent: whether they are agents of GPU nodes, or remote storage.
  /// - Returns: their addresses, in order.
  /// - Throws: ``DeploymentError/stepFailed(step:object:reason:)`` with the cluster's own words when the time is over,
  ///   `KubernetesError`.
  public func start(_ storage: [StorageDeployment], isAgent: Bool, within limit: Duration) async throws -> [String] {
    for server in storage { try await client.apply(try settings.storage(server, isAgent: isAgent)) }
    let board = Mutex((pods: WorkerPodBoard(), addresses: [String: String](), troubles: [String: String]()))
    let names = storage.map(\.name)
    let (step, progress) = (isAgent ? "Starting storage agents" : "Starting remote storage", progress)
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
