import HTTPServing
import NIOCore
import NIOPosix
import WireProtocols

/// An emulated worker with its API.
public final class EmulatedWorkerServer: Sendable {
  /// The port of the worker API.
  public var port: Int { server.port }
  private let server: HTTPServer
  let worker: EmulatedWorker

  private init(server: HTTPServer, worker: EmulatedWorker) {
    self.server = server
    self.worker = worker
  }

  /// Starts the worker, which loads its weights at once, and listens.
  ///
  /// - Parameter startedAt: when the pod was started, from which its start-up counts.
  /// - Throws: ``PodError/systemRefused(what:reason:)`` when the address cannot be used.
  public static func start(
    _ settings: EmulatedWorkerSettings, startedAt: ContinuousClock.Instant = .now, on eventLoop: any EventLoop
  ) async throws(PodError) -> EmulatedWorkerServer {
    let ring = try await ActivationRing.listen(address: settings.address, port: settings.port + 1, on: eventLoop)
    let worker = EmulatedWorker(settings: settings, ring: ring, startedAt: startedAt)
    await worker.begin()  // before anybody can ask whether it is ready
    do {
      let server = try await HTTPServer.start(address: settings.address, port: settings.port, on: eventLoop) {
        request, responder in
        Task { await answer(request, responder, worker) }
      }
      return EmulatedWorkerServer(server: server, worker: worker)
    } catch {
      await worker.stop()
      throw .systemRefused(what: "listening on \(settings.address):\(settings.port)", reason: error.description)
    }
  }

  /// Stops to serve.
  public func stop() async {
    await worker.stop()
    _ = await server.drain(patience: .zero)
  }

  private static func answer(_ request: HTTPRequest, _ responder: HTTPResponder, _ worker: EmulatedWorker) async {
    do {
      if request.method == "GET", request.path == "/health" {
        return responder.respond(200, body: [])
      }
      guard request.method == "POST" else { return refuse(responder, 405, "Only POST is allowed at \(request.path).") }
      let paths = [
        WorkerInitialisation.path, ChatCompletionRequest.path, WorkerDestination.path, WorkerMigration.path,
        WorkerStop.path,
      ]
      guard paths.contains(request.path) else {
        return refuse(responder, 404, "There is no \(request.path); allowed: \(paths.joined(separator: ", ")).")
      }
      let body = try JSON(parsing: request.body)
      switch request.path {
      case ChatCompletionRequest.path:
        return await worker.complete(try ChatCompletionRequest(body: body), responder)
      case WorkerInitialisation.path:
        return responder.respond(
          200, body: try await worker.initialise(try WorkerInitialisation(body: body)).body.bytes)
      case WorkerDestination.path:
        _ = try WorkerDestination(body: body)
        return responder.respond(200, body: try await worker.loadRest().body.bytes)
      case WorkerMigration.path:
        _ = try WorkerMigration(body: body)
        let bytes = try await worker.migrate()
        return responder.respond(200, body: (["migrated_bytes": .integer(Int64(bytes))] as JSON).bytes)
      default:
        _ = try WorkerStop(body: body)
        try await worker.stopOldStage()
      }
      responder.respond(200, body: Array("{}".utf8))
    } catch let error as WireError {
      refuse(responder, 400, error.description)
    } catch {
      refuse(responder, 500, "\(error)")
    }
  }

  private static func refuse(_ responder: HTTPResponder, _ status: Int, _ sentence: String) {
    responder.respond(status, body: ChatCompletionError(message: sentence).body.bytes)
  }
}
