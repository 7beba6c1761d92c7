import KubernetesClient
import Synchronization
import Testing
import WireProtocols

/// Whatever a stream goes through, the differences add up to what the server has.
@Suite struct WatchPropertyTests {
  /// A server with a history that goes on with every call, and streams that end, forget, repeat and break by chance.
  final class Server: Sendable {
    private struct State {
      var random: SeededGenerator
      var pods: [String: (uid: Int, version: Int)] = [:]
      var log: [(version: Int, type: String, name: String, uid: Int)] = []
      var version = 1
      var stepsLeft = 60
    }

    private let state: Mutex<State>

    init(seed: UInt64) {
      state = Mutex(State(random: SeededGenerator(seed: seed)))
    }

    /// What there is, as `name/uid@version`.
    var pods: Set<String> {
      state.withLock { state in Set(state.pods.map { "\($0.key)/\($0.value.uid)@\($0.value.version)" }) }
    }

    var transport: KubernetesTransport {
      KubernetesTransport { [self] call in
        let isWatch = call.target.contains("watch=true")
        let from = call.target.split(separator: "&").first { $0.hasPrefix("resourceVersion=") }
          .flatMap { Int($0.dropFirst("resourceVersion=".count)) }
        let (pieces, end) = state.withLock { isWatch ? Self.stream(&$0, from: from ?? 0) : Self.list(&$0) }
        return AsyncThrowingStream { continuation in
          continuation.yield(.head(status: 200, headers: []))
          for piece in pieces { continuation.yield(.body(Array(piece.utf8))) }
          if end != .open { continuation.finish(throwing: end == .broken ? TransportFailure(.broken, "reset") : nil) }
        }
      }
    }

    private enum End { case open, closed, broken }

    private static func change(_ state: inout State) {
      guard state.stepsLeft > 0 else { return }
      state.stepsLeft -= 1
      state.version += 1
      let name = "p\(Int.random(in: 0..<5, using: &state.random))"
      guard let known = state.pods[name] else {
        state.pods[name] = (state.version, state.version)
        return state.log.append((state.version, "ADDED", name, state.version))
      }
      if Bool.random(using: &state.random) {
        state.pods[name] = nil
        state.log.append((state.version, "DELETED", name, known.uid))
      } else {
        state.pods[name] = (known.uid, state.version)
        state.log.append((state.version, "MODIFIED", name, known.uid))
      }
    }

    private static func list(_ state: inout State) -> ([String], End) {
      for _ in 0..<Int.random(in: 0..<3, using: &state.random) { change(&state) }
      let items = state.pods.keys.sorted().map { name in
        Sample.pod(name, uid: "\(state.pods[name]!.uid)", version: state.pods[name]!.version)
      }
      return ([Sample.list(items, version: state.version)], .closed)
    }

    private static func stream(_ state: inout State, from: Int) -> ([String], End) {
      let isLast = state.stepsLeft == 0
      for _ in 0..<Int.random(in: 0..<6, using: &state.random) { change(&state) }
      var lines: [String] = []
      for event in state.log where event.version > from {
        lines.append(Sample.event(event.type, Sample.pod(event.name, uid: "\(event.uid)", version: event.version)))
        if Int.random(in: 0..<4, using: &state.random) == 0, let again = lines.randomElement(using: &state.random) {
          lines.append(again)
        }
      }
      if isLast {
        state.version += 1
        state.pods["end"] = (state.version, state.version)
        return (
          lines + [Sample.event("ADDED", Sample.pod("end", uid: "\(state.version)", version: state.version))], .open
        )
      }
      switch Int.random(in: 0..<4, using: &state.random) {
      case 0: return (Array(lines.prefix(lines.count / 2)) + [#"{"type":"MODI"#], .broken)
      case 1:
        let forgotten = Sample.event("ERROR", Sample.status(410, "Expired", "too old"))
        return (Array(lines.prefix(lines.count / 2)) + [forgotten], .closed)
      default: return (lines, .closed)
      }
    }
  }

  @Test(arguments: UInt64(0)..<50)
  func `the differences add up to what the server has`(seed: UInt64) async throws {
    let server = Server(seed: seed)
    let client = KubernetesClient(
      access: try Sample.access(), transport: server.transport, pacing: TestClock(random: 0.5).pacing)
    var known: [String: KubernetesObject] = [:]
    for try await event in client.watch(.pods, namespace: "hydra") {
      switch event {
      case .added(let pod):
        let before = known.updateValue(pod, forKey: pod.name)
        #expect(before == nil, "\(pod.name) was known")
      case .changed(let pod):
        let before = known.updateValue(pod, forKey: pod.name)
        #expect(before?.uid == pod.uid)
        #expect(before.map { Int($0.resourceVersion)! < Int(pod.resourceVersion)! } == true)
      case .removed(let pod):
        let before = known.removeValue(forKey: pod.name)
        #expect(before?.uid == pod.uid)
      case .complete, .trouble: break
      }
      guard known["end"] != nil else { continue }
      #expect(Set(known.values.map { "\($0.name)/\($0.uid)@\($0.resourceVersion)" }) == server.pods)
      return
    }
    Issue.record("the watch ended by itself")
  }
}

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
