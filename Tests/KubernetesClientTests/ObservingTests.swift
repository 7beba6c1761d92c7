import KubernetesClient
import Synchronization
import Testing
import WireProtocols

/// What is told of calls.
@Suite struct ObservingTests {
  private final class Lines: Sendable {
    let all = Mutex<[String]>([])
  }

  @Test func `each call is told with its status, and without what may be secret`() async throws {
    let api = ScriptedAPI([.answer(200, #"{"data":{"token":"c2VjcmV0"}}"#)])
    let lines = Lines()
    let transport = api.transport.observed { line in lines.all.withLock { $0.append(line) } }
    var body: [UInt8] = []
    let call = HTTPCall(.get, "/api/v1/secrets?limit=1", headers: [.init("authorization", "Bearer abc")])
    for try await case .body(let piece) in transport.open(call) { body += piece }
    #expect(String(decoding: body, as: UTF8.self).contains("c2VjcmV0"), "the answer comes through")
    let told = lines.all.withLock { $0 }
    #expect(told.count == 1)
    #expect(told.first?.wholeMatch(of: #/GET /api/v1/secrets\?limit=1: 200, [0-9]+ ms/#) != nil, "\(told)")
  }

  @Test func `a call that fails is told with its reason, which the caller gets as well`() async throws {
    let lines = Lines()
    let failing = KubernetesTransport { _ in
      AsyncThrowingStream { $0.finish(throwing: TransportFailure(.notConnected, "connection refused")) }
    }
    let transport = failing.observed { line in lines.all.withLock { $0.append(line) } }
    await #expect(throws: TransportFailure.self) {
      for try await _ in transport.open(HTTPCall(.delete, "/api/v1/pods/a")) {}
    }
    let told = lines.all.withLock { $0 }
    #expect(told.count == 1)
    #expect(told.first?.hasPrefix("DELETE /api/v1/pods/a: connection refused, ") == true, "\(told)")
  }
}
