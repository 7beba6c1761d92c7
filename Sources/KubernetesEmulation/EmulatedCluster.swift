import HTTPServing
import NIOCore
import NIOPosix

/// A Kubernetes cluster in this process: an API server on loopback that kubectl can use, the controllers behind it, and a
/// kubelet whose pods may be real processes.
///
/// Everything happens on one event loop, one thing after another.
public final class EmulatedCluster: Sendable {
  /// The port of the API server on 127.0.0.1.
  public let port: Int
  /// The token of the administrator, unless others were given access.
  public let token: String
  private let server: HTTPServer
  private let group: MultiThreadedEventLoopGroup
  private let parts: NIOLoopBound<Parts>

  /// What lives on the event loop.
  private struct Parts {
    let server: APIServer
    let controllers: Controllers
  }

  private init(
    server: HTTPServer, token: String, group: MultiThreadedEventLoopGroup, parts: NIOLoopBound<Parts>
  ) {
    self.server = server
    self.port = server.port
    self.token = token
    self.group = group
    self.parts = parts
  }

  /// Starts a cluster.
  ///
  /// - Throws: ``KubernetesEmulationError`` when a machine cannot be a node, or `HTTPServingError` when the port is taken.
  public static func start(_ settings: EmulatedClusterSettings) async throws -> EmulatedCluster {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let eventLoop = group.next()
    let token = Self.token()
    do {
      let box = NIOLoopBoxOfServer(eventLoop)
      let server = try await HTTPServer.start(
        port: settings.port, limits: limits, security: settings.security, on: eventLoop
      ) { request, responder in
        box.handle(request, responder)
      }
      let port = server.port
      let parts = try await eventLoop.submit {
        let parts = try make(settings, token: token, port: port, eventLoop)
        box.set(parts.server)
        return NIOLoopBound(parts, eventLoop: eventLoop)
      }.get()
      return EmulatedCluster(server: server, token: token, group: group, parts: parts)
    } catch {
      try? await group.shutdownGracefully()  // the first error is the one to tell
      throw error
    }
  }

  /// A token that nobody can guess; it is in no object, so it need not be the same for the same seed.
  private static func token() -> String {
    var random = SystemRandomNumberGenerator()
    return (0..<2).map { _ in String(random.next() as UInt64, radix: 36) }.joined(separator: "-")
  }

  /// Lists of large clusters are many megabytes, and all of one may wait for a slow client.
  private static var limits: HTTPLimits {
    var limits = HTTPLimits()
    limits.waitingBytes = 512 * 1024 * 1024
    limits.headerBytes = 64 * 1024
    limits.keepAliveTimeout = .seconds(600)
    return limits
  }

  private static func make(
    _ settings: EmulatedClusterSettings, token: String, port: Int, _ eventLoop: any EventLoop
  ) throws -> Parts {
    let store = ObjectStore(longestHistory: settings.longestHistory)
    let writer = ObjectWriter(store: store, clock: APIClock(seed: settings.seed, now: settings.now))
    var access =
      settings.access
      ?? APIAccess(tokens: [token: .init("kubernetes-admin", groups: ["system:masters"])])
    if settings.admitsAnonymous { access.admitsAnonymous = true }
    let server = APIServer(
      store: store, writer: writer, access: access, version: settings.version, eventLoop: eventLoop)
    server.faults = settings.faults
    server.bookmarkInterval = TimeAmount(settings.bookmarkInterval)
    server.pages.lifetime = Int64(settings.continueLifetime)
    let parts = ClusterParts(
      store: store, writer: writer, events: EventRecorder(writer, most: settings.mostEvents), eventLoop: eventLoop)
    let controllers = try Controllers(parts, settings, port: port)
    server.execution = { [kubelet = controllers.kubelet] in kubelet.execute($0, in: $1, $2) }
    server.logFile = { [kubelet = controllers.kubelet] in kubelet.logFile($0, $1) }
    return Parts(server: server, controllers: controllers)
  }

  /// Ends the cluster and all processes of its pods.
  public func stop() async {
    let parts = parts
    let processes = try? await server.eventLoop.submit {
      parts.value.server.endWatches()
      return parts.value.controllers.kubelet.stop()
    }.get()
    await withTaskGroup(of: Void.self) { group in
      for process in processes ?? [] { group.addTask { await process.stop(patience: .seconds(5)) } }
    }
    _ = await server.drain(patience: .seconds(1))
    try? await group.shutdownGracefully()  // nothing is left on it
  }

  // MARK: What tests do to a cluster

  /// Replaces what goes wrong with requests.
  public func setFaults(_ plan: FaultPlan?) async {
    await perform { $0.server.faults = plan }
  }

  /// Ends all watches, as when the server is restarted.
  public func endWatches() async {
    await perform { $0.server.endWatches() }
  }

  /// Forgets what has happened so far: older versions are too old to watch from, and no list can be continued.
  public func forgetHistory() async {
    await perform { parts in
      let store = parts.server.store
      for type in ResourceType.all { store.shelf(type).forgetHistory(upTo: store.revision) }
      parts.server.pages.expire()
    }
  }

  /// Lets a pod that runs fail.
  public func failPod(_ name: String, in namespace: String, _ failure: PodFailure) async {
    await perform { parts in
      let kubelet = parts.controllers.kubelet
      guard let uid = parts.server.store.get(.pod, namespace, name)?.uid, let pod = kubelet.pods[uid] else { return }
      kubelet.fail(pod, failure)
    }
  }

  /// Lets a node stop or begin to report.
  public func setNode(_ name: String, isReady: Bool) async {
    await perform { $0.controllers.nodes.setReady(isReady, node: name) }
  }

  /// The objects of a kind, by namespace and name; of all namespaces if none is given.
  public func objects(_ plural: String, group: String = "", in namespace: String? = nil) async -> [KubernetesObject] {
    let parts = parts
    let objects = try? await server.eventLoop.submit {
      ResourceType.named(plural, in: group).map {
        parts.value.server.store.list($0, ObjectFilter(namespace: namespace))
      } ?? []
    }.get()
    return objects ?? []  // the loop runs until the cluster has been stopped
  }

  private func perform(_ body: @escaping @Sendable (Parts) -> Void) async {
    let parts = parts
    try? await server.eventLoop.submit { body(parts.value) }.get()  // fails only when the cluster has been stopped
  }
}

/// The API server of an HTTP server that is started before it, since its port decides on addresses.
private struct NIOLoopBoxOfServer: Sendable {
  private let box: NIOLoopBoundBox<APIServer?>

  init(_ eventLoop: any EventLoop) {
    box = .makeEmptyBox(valueType: APIServer.self, eventLoop: eventLoop)
  }

  func set(_ server: APIServer) {
    box.value = server
  }

  func handle(_ request: HTTPRequest, _ responder: HTTPResponder) {
    guard let server = box.value else { return responder.abort() }
    server.handle(request, responder)
  }
}
