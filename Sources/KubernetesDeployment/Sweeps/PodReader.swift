import KubernetesClient

/// Reads what the pods of a Job have printed, each pod once.
actor PodReader {
  private let client: KubernetesClient
  private let namespace: String
  private let job: String
  private let progress: @Sendable (String) -> Void
  /// Pods that have been read, by identity.
  private var read: Set<String> = []
  /// What pods suffer from, so that each is told once.
  private var troubles: [String: String] = [:]

  init(client: KubernetesClient, namespace: String, job: String, progress: @escaping @Sendable (String) -> Void) {
    self.client = client
    self.namespace = namespace
    self.job = job
    self.progress = progress
  }

  /// Looks at a pod; when it has ended, its output is taken.
  func see(
    _ pod: KubernetesObject, wants: @Sendable (Int) async -> Bool,
    take: @Sendable (SweepJobs.Output) async throws -> Void
  ) async throws {
    guard pod.label("app") == job, !read.contains(pod.uid),
      let index = pod.annotation(Self.indexKey).flatMap({ Int($0) })
    else { return }
    tellTrouble(of: pod, index: index)
    let phase = pod["status", "phase"]?.string
    guard phase == "Succeeded" || phase == "Failed" else { return }
    read.insert(pod.uid)
    guard await wants(index) else { return }
    do {
      let text = try await client.log(ofPod: pod.name, namespace: namespace, lines: nil)
      try await take(SweepJobs.Output(index: index, hasSucceeded: phase == "Succeeded", text: text))
    } catch let error as KubernetesError {
      // What is missing in the end is run again. A node that is only slow is asked again, with the next news of the pod.
      if case .refused = error {} else { read.remove(pod.uid) }
      progress("\(error)")
    } catch {
      read.remove(pod.uid)  // the Job's end has come between; it is read after it
      throw error
    }
  }

  /// - Source: Kubernetes' documentation of Jobs, "Completion mode".
  private static let indexKey = "batch.kubernetes.io/job-completion-index"

  private func tellTrouble(of pod: KubernetesObject, index: Int) {
    let trouble = PodTrouble.reason(of: pod)
    guard let trouble, trouble != troubles[pod.uid] else { return }
    troubles[pod.uid] = trouble
    progress("Pod \(pod.name) (share \(index)): \(trouble)")
  }
}
