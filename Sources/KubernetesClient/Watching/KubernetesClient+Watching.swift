extension KubernetesClient {
  /// Watches objects: first all that there are, then every change, for as long as somebody reads.
  ///
  /// The stream survives what servers do: they end it every few minutes, forget its place (410; the objects are listed
  /// anew and the differences told), refuse for a while or break off; pauses then double from 0.8 s to 30 s. It ends with
  /// an error only where waiting cannot help: no permission, no such type, an untrusted certificate.
  ///
  /// - Throws (from the stream): ``KubernetesError``, ``KubeconfigError``.
  public func watch(
    _ type: ResourceType, namespace: String? = nil, selector: LabelSelector = .everything
  ) -> AsyncThrowingStream<WatchEvent, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task {
        do {
          var session = WatchSession(client: self, type: type, namespace: namespace, selector: selector)
          while true {
            try Task.checkCancellation()
            try await session.goOn { continuation.yield($0) }
          }
        } catch {
          continuation.finish(throwing: error is CancellationError ? nil : error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}
