import KubernetesClient
import Synchronization

/// What an API server may do instead of answering.
package enum APIFault: String, CaseIterable, Sendable {
  case busyWithTime, busyWithoutTime, internalError, unavailable, refused, resetBeforeEffect, resetInBody
  case watchClosed, watchForgotten, watchTwice, conflict, latency
}

/// A way to a cluster on which one kind of fault happens by chance, at most three times in a row.
package final class FaultyTransport: Sendable {
  private let fault: APIFault
  private let inner: KubernetesTransport
  private let state: Mutex<(random: UInt64, inARow: Int, count: Int)>

  package init(_ fault: APIFault, seed: UInt64, over inner: KubernetesTransport) {
    self.fault = fault
    self.inner = inner
    state = Mutex((seed &* 0x9E37_79B9_7F4A_7C15 | 1, 0, 0))
  }

  /// How many faults there were.
  package var count: Int { state.withLock { $0.count } }

  package var transport: KubernetesTransport {
    KubernetesTransport { [self] call in
      let isWatch = call.target.contains("watch=true")
      return applies(to: call, isWatch) && happens() ? faulty(call, isWatch) : inner.open(call)
    }
  }

  private func applies(to call: HTTPCall, _ isWatch: Bool) -> Bool {
    switch fault {
    case .watchClosed, .watchForgotten, .watchTwice: isWatch
    case .conflict: call.method == .patch && call.body.count > 0
    case .resetInBody, .latency: !isWatch
    default: true
    }
  }

  /// Half of the time (xorshift), but not a fourth time in a row.
  private func happens() -> Bool {
    state.withLock { state in
      state.random ^= state.random << 13
      state.random ^= state.random >> 7
      state.random ^= state.random << 17
      guard state.inARow < 3, state.random >> 63 == 1 else {
        state.inARow = 0
        return false
      }
      state.inARow += 1
      state.count += 1
      return true
    }
  }

  private func faulty(_ call: HTTPCall, _ isWatch: Bool) -> AsyncThrowingStream<HTTPNews, any Error> {
    switch fault {
    case .busyWithTime: Self.answer(429, [.init("Retry-After", "1")])
    case .busyWithoutTime: Self.answer(429)
    case .internalError: Self.answer(500)
    case .unavailable: Self.answer(503, [.init("Retry-After", "2")])
    case .refused: Self.failure(.notConnected)
    case .resetBeforeEffect: Self.failure(.broken)
    case .resetInBody: changed(call) { $0.dropLast() + [.failure(.init(.broken, "reset"))] }
    case .watchClosed: Self.stream([.head(status: 200, headers: [])])
    case .watchForgotten:
      Self.stream([
        .head(status: 200, headers: []),
        .body(Array((#"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}"# + "\n").utf8)),
      ])
    case .watchTwice: twice(call)
    case .conflict: Self.answer(409)
    case .latency: changed(call) { _ in [.failure(.init(.timedOut, "no answer"))] }
    }
  }

  private static func answer(
    _ status: Int, _ headers: [HTTPCall.Header] = []
  ) -> AsyncThrowingStream<HTTPNews, any Error> {
    stream([.head(status: status, headers: headers), .body(Array(#"{"kind":"Status","message":"fault"}"#.utf8))])
  }

  private static func stream(_ news: [HTTPNews]) -> AsyncThrowingStream<HTTPNews, any Error> {
    AsyncThrowingStream { continuation in
      for piece in news { continuation.yield(piece) }
      continuation.finish()
    }
  }

  private static func failure(_ kind: TransportFailure.Kind) -> AsyncThrowingStream<HTTPNews, any Error> {
    AsyncThrowingStream { $0.finish(throwing: TransportFailure(kind, "fault")) }
  }

  /// Makes the call, so that it has its effect, and changes the answer.
  private func changed(
    _ call: HTTPCall,
    _ change: @escaping @Sendable ([Result<HTTPNews, TransportFailure>]) -> [Result<HTTPNews, TransportFailure>]
  ) -> AsyncThrowingStream<HTTPNews, any Error> {
    let answer = inner.open(call)
    return AsyncThrowingStream { continuation in
      Task {
        do {
          var news: [Result<HTTPNews, TransportFailure>] = []
          for try await piece in answer { news.append(.success(piece)) }
          for piece in change(news) { continuation.yield(try piece.get()) }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
    }
  }

  /// Every event is told twice.
  private func twice(_ call: HTTPCall) -> AsyncThrowingStream<HTTPNews, any Error> {
    let answer = inner.open(call)
    return AsyncThrowingStream { continuation in
      let task = Task {
        do {
          for try await piece in answer {
            continuation.yield(piece)
            if case .body = piece { continuation.yield(piece) }
          }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}
