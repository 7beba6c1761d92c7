import KubernetesClient
import KubernetesDeployment

/// Deletes a worker's Deployment, however often the server refuses, and sees to it that its end is noticed.
struct WorkerDeleter: Sendable {
  private let pods: WorkerPods
  private let serving: KubernetesServing

  init(_ serving: KubernetesServing, _ pods: WorkerPods) {
    self.serving = serving
    self.pods = pods
  }

  /// Keeps the worker's output, orders the deletion, and looks from time to time whether the worker is gone: news of that
  /// may be lost with a watch, and usually come before the first look.
  ///
  /// - Returns: whether it is gone; `false` when nobody wants to know any more.
  func delete(_ worker: String) async -> Bool {
    var backOff = BackOff()
    if let keepLog = serving.keepLog {
      do {
        try await pods.keepLogs(of: worker, keepLog)
      } catch {
        serving.note("The output of \(worker) is lost: \(error)")
      }
    }
    var isOrdered = false
    while !Task.isCancelled {
      do {
        if isOrdered {
          try await serving.client.pacing.sleep(serving.limits.deletion)
          if try await pods.isGone(worker) { return true }
        } else {
          guard try await pods.delete(worker) else { return true }
          isOrdered = true
        }
      } catch is CancellationError {
        return false
      } catch {
        serving.note("\(error) Trying again.")
        let pause = backOff.pause(now: serving.client.pacing.now(), random: serving.client.pacing.random())
        guard (try? await serving.client.pacing.sleep(pause)) != nil else { return false }
      }
    }
    return false
  }
}
