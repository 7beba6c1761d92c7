import HTTPServing
import NIOCore
import NIOPosix
import Quantities
import Scheduling
import ServingModel

/// A control plane that serves: its endpoint, its event loop and its cluster.
public final class Controller: Sendable {
  /// Where and how a controller listens.
  public struct Settings: Sendable {
    /// The address of the endpoint.
    public var address = "127.0.0.1"
    /// The port of the endpoint; 0 takes a free one.
    public var port = 9090
    /// What clients must send as a bearer token; `nil` asks for none.
    public var apiKey: String?
    /// How many times faster than reality everything goes.
    public var timeScale = 1.0
    /// The moment that answers name, in seconds since 1970.
    public var created: Int64 = 0

    /// The usual settings.
    public init() {}
  }

  /// The port that it listens on.
  public var port: Int { server.port }
  /// The kubeconfig of the cluster that was made for it, if one was.
  public var kubeconfig: String? { ground.kubeconfig }
  private let server: HTTPServer
  private let eventLoop: any EventLoop
  private let state: NIOLoopBound<State>
  private let ground: any ClusterGround

  /// What lives on the event loop.
  private final class State {
    var endpoint: ServingEndpoint?
    var driver: ControlPlaneDriver?
    var cluster: (any ControlledCluster)?

    /// Ends the driver and hands over what ends the workers, which nobody starts any more.
    func stopCluster() -> @Sendable () async -> Void {
      driver?.stop()
      guard let cluster else { return {} }
      return cluster.stop()
    }
  }

  private init(
    server: HTTPServer, eventLoop: any EventLoop, state: NIOLoopBound<State>, ground: any ClusterGround
  ) {
    self.server = server
    self.eventLoop = eventLoop
    self.state = state
    self.ground = ground
  }

  /// Starts endpoint and ground; workers are started when requests need them.
  ///
  /// - Parameters:
  ///   - controlPlane: the system's control plane, with nothing running.
  ///   - ground: starts what the instances run on, given the port that the endpoint listens on.
  ///   - noted: called on the event loop with each decision and each stage of a cold start.
  /// - Throws: ``HTTPServingError`` when the port is taken, and what `ground` throws; nothing is left running then.
  public static func start(
    _ settings: Settings, controlPlane: any ControlPlane,
    ground: @escaping @Sendable (_ port: Int) async throws -> any ClusterGround,
    noted: @escaping @Sendable (RunEvent) -> Void
  ) async throws -> Controller {
    let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    let state = try await eventLoop.submit { NIOLoopBound(State(), eventLoop: eventLoop) }.get()
    let server = try await HTTPServer.start(address: settings.address, port: settings.port, on: eventLoop) {
      request, responder in
      guard let endpoint = state.value.endpoint else {
        return responder.respond(
          503, contentType: "text/plain", headers: [("retry-after", "1")], body: Array("The server is starting.\n".utf8)
        )
      }
      endpoint.answer(request, responder)
    }
    let place: any ClusterGround
    do {
      place = try await ground(server.port)
    } catch {
      _ = await server.drain(patience: .zero)
      throw error
    }
    try await eventLoop.submit {
      let clock = LiveClock(timeScale: settings.timeScale)
      let driver = ControlPlaneDriver(
        controlPlane: controlPlane, deployments: place.deployments, nodes: place.nodes, clock: clock,
        eventLoop: eventLoop, noted: noted)
      let cluster = place.cluster(clock: clock, eventLoop: eventLoop) { driver.take($0) }
      driver.start(on: cluster)
      state.value.driver = driver
      state.value.cluster = cluster
      state.value.endpoint = ServingEndpoint(driver: driver, apiKey: settings.apiKey, created: settings.created)
    }.get()
    return Controller(server: server, eventLoop: eventLoop, state: state, ground: place)
  }

  /// Lets requests under way finish, for so long, and ends everything that was started.
  ///
  /// - Returns: how many requests were cut off.
  @discardableResult public func stop(patience: Duration) async -> Int {
    let cut = await server.drain(patience: patience)
    if let end = try? await eventLoop.submit({ [state] in state.value.stopCluster() }).get() { await end() }
    await ground.stop()
    return cut
  }
}
