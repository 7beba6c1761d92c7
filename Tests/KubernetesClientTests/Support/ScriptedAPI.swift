import KubernetesClient
import Synchronization

/// An API server of prepared answers; it notes every call and ends the test's waiting when it has no more.
final class ScriptedAPI: Sendable {
  enum Step: Sendable {
    case answer(Int, String, headers: [HTTPCall.Header] = [])
    /// A stream in pieces that ends or, if it is to stay open, waits until somebody stops reading.
    case stream([String], staysOpen: Bool = false)
    /// A stream that breaks off after some pieces.
    case broken([String], TransportFailure)
    case failure(TransportFailure.Kind)
    /// Another protocol, whose bytes come in pieces; then it ends or breaks off.
    case upgrade([HTTPCall.Header], [[UInt8]], TransportFailure? = nil)
  }

  private struct State {
    var steps: [Step]
    var calls: [HTTPCall] = []
    var stopped = 0
  }

  private let state: Mutex<State>

  init(_ steps: [Step]) {
    state = Mutex(State(steps: steps))
  }

  var calls: [HTTPCall] { state.withLock { $0.calls } }
  /// How many streams that stay open were stopped by their reader.
  var stopped: Int { state.withLock { $0.stopped } }

  var transport: KubernetesTransport {
    KubernetesTransport { [self] call in
      let step = state.withLock { state -> Step in
        state.calls.append(call)
        return state.steps.isEmpty ? .stream([], staysOpen: true) : state.steps.removeFirst()
      }
      return AsyncThrowingStream { continuation in
        func give(_ status: Int, _ pieces: [String], _ headers: [HTTPCall.Header] = []) {
          continuation.yield(.head(status: status, headers: headers))
          for piece in pieces { continuation.yield(.body(Array(piece.utf8))) }
        }
        switch step {
        case .answer(let status, let body, let headers):
          give(status, [body], headers)
          continuation.finish()
        case .stream(let pieces, staysOpen: false):
          give(200, pieces)
          continuation.finish()
        case .stream(let pieces, staysOpen: true):
          continuation.onTermination = { _ in self.state.withLock { $0.stopped += 1 } }
          give(200, pieces)
        case .broken(let pieces, let failure):
          give(200, pieces)
          continuation.finish(throwing: failure)
        case .upgrade(let headers, let pieces, let failure):
          continuation.yield(.head(status: 101, headers: headers))
          for piece in pieces { continuation.yield(.body(piece)) }
          continuation.finish(throwing: failure)
        case .failure(let kind): continuation.finish(throwing: TransportFailure(kind, "as scripted"))
        }
      }
    }
  }
}

/// A clock that waits by moving on, and the waits that were asked for.
final class TestClock: Sendable {
  private let state = Mutex((now: Duration.zero, waits: [Duration]()))
  private let random: Double

  init(random: Double = 0) {
    self.random = random
  }

  var waits: [Duration] { state.withLock { $0.waits } }

  func pass(_ time: Duration) {
    state.withLock { $0.now += time }
  }

  var pacing: Pacing {
    Pacing(
      now: { [self] in state.withLock { $0.now } },
      sleep: { [self] duration in
        try Task.checkCancellation()
        state.withLock { state in
          state.now += duration
          state.waits.append(duration)
        }
      }, random: { [random] in random })
  }
}

/// Clients and texts that tests have in common.
enum Sample {
  static let server = ServerAddress("https://10.0.0.1:6443")!

  static func access(
    user: String = "{token: abc}", runner: PluginRunner? = nil, seconds: @escaping @Sendable () -> Double = { 0 }
  ) throws -> ClusterAccess {
    let text = """
      apiVersion: v1
      kind: Config
      current-context: here
      clusters: [{name: c, cluster: {server: "\(server)"}}]
      users: [{name: u, user: \(user)}]
      contexts: [{name: here, context: {cluster: c, user: u, namespace: hydra}}]
      """
    let none = PluginRunner(hasTerminal: false) { _, _, _ in [] }
    return try ClusterAccess(
      try Kubeconfig(parsing: text, path: "config"), context: nil,
      in: ClusterAccess.Surroundings(variables: [:], runner: runner ?? none, secondsSince1970: seconds))
  }

  static func client(
    _ api: ScriptedAPI, _ clock: TestClock = TestClock(), access: ClusterAccess? = nil,
    limits: KubernetesClient.Limits = KubernetesClient.Limits()
  ) throws -> KubernetesClient {
    KubernetesClient(
      access: try access ?? self.access(), transport: api.transport, pacing: clock.pacing, limits: limits)
  }

  static func status(_ code: Int, _ reason: String, _ message: String) -> String {
    #"{"kind":"Status","apiVersion":"v1","status":"Failure","code":\#(code),"reason":"\#(reason)","#
      + #""message":"\#(message)"}"#
  }

  static func pod(_ name: String, uid: String, version: Int) -> String {
    #"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"\#(name)","namespace":"hydra","uid":"\#(uid)","#
      + #""resourceVersion":"\#(version)"}}"#
  }

  static func list(_ items: [String], version: Int, next: String = "") -> String {
    #"{"kind":"PodList","metadata":{"resourceVersion":"\#(version)","continue":"\#(next)"},"#
      + #""items":[\#(items.joined(separator: ","))]}"#
  }

  static func event(_ type: String, _ object: String) -> String {
    #"{"type":"\#(type)","object":\#(object)}"# + "\n"
  }

  static func bookmark(_ version: Int) -> String {
    event("BOOKMARK", #"{"kind":"Pod","metadata":{"resourceVersion":"\#(version)"}}"#)
  }
}
