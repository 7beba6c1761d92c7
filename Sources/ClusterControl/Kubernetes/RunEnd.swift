import KubernetesClient
import KubernetesDeployment

/// The end of a run on a Kubernetes cluster, whether its controller is still there or not.
public struct RunEnd: Sendable {
  private let client: KubernetesClient
  private let labels: OwnLabels
  private let namespace: String

  /// The end of a run.
  public init(client: KubernetesClient, labels: OwnLabels, namespace: String) {
    self.client = client
    self.labels = labels
    self.namespace = namespace
  }

  /// Deletes exactly what carries the label of the run, with the output of its pods kept, and the namespace if the run has
  /// made it and nothing of anybody else is in it.
  ///
  /// - Parameters:
  ///   - limit: how long it may take; refused calls are made again until then.
  ///   - keepLog: takes the output of each pod, if it is wanted.
  ///   - note: told of every deletion and every refusal.
  /// - Returns: what is left when the time is over; empty when nothing is.
  public func clean(
    within limit: Duration, keepLog: RunCleaner.LogKeeper?, note: @escaping @Sendable (String) -> Void
  ) async -> [String] {
    let end = ContinuousClock.now + limit
    let cleaner = RunCleaner(client: client, labels: labels, namespace: namespace)
    let left = await cleaner.insist(within: limit, keepLog: keepLog, progress: note)
    guard left.isEmpty else { return left }
    var problem: String?
    repeat {
      do {
        let place = RunNamespace(client: client, labels: labels, namespace: namespace)
        if let reason = try await place.deleteIfUnused() { note("The \(reason).") }
        return []
      } catch {
        problem = "namespaces/\(namespace): \(error)"
        note("\(error)")
        guard (try? await client.pacing.sleep(.seconds(1))) != nil else { break }
      }
    } while ContinuousClock.now < end
    return problem.map { [$0] } ?? []
  }
}
