extension KubernetesTransport {
  /// The same transport, which tells of every call when its answer begins, and of a call that fails: method, path,
  /// status or reason, and the time since it was made. Headers and bodies are not told; they may have secrets.
  ///
  /// - Parameter tell: gets one line a call, from any thread.
  public func observed(by tell: @escaping @Sendable (String) -> Void) -> KubernetesTransport {
    KubernetesTransport { call in
      let begin = ContinuousClock.now
      let news = self.open(call)
      func line(_ outcome: String) -> String {
        "\(call.method.rawValue) \(call.target): \(outcome), \(Int((ContinuousClock.now - begin) / .milliseconds(1))) ms"
      }
      return AsyncThrowingStream { continuation in
        let relay = Task {
          do {
            for try await piece in news {
              if case .head(let status, _) = piece { tell(line("\(status)")) }
              continuation.yield(piece)
            }
            continuation.finish()
          } catch {
            tell(line("\(error)"))
            continuation.finish(throwing: error)
          }
        }
        continuation.onTermination = { _ in relay.cancel() }
      }
    }
  }
}
