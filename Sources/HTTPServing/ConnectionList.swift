import NIOCore

/// The open connections of a server; it lives on the server's event loop.
final class ConnectionList {
  private var connections: [ObjectIdentifier: HTTPConnection] = [:]
  private var drained: EventLoopPromise<Int>?
  /// Whether the server is about to end.
  private(set) var isDraining = false

  func add(_ connection: HTTPConnection) {
    connections[ObjectIdentifier(connection)] = connection
    if isDraining { connection.closeWhenIdle() }
  }

  func remove(_ connection: HTTPConnection) {
    connections[ObjectIdentifier(connection)] = nil
    if connections.isEmpty { finish() }
  }

  /// Lets every connection end, at `limit` at the latest.
  func drain(until limit: NIODeadline, on eventLoop: any EventLoop, _ promise: EventLoopPromise<Int>) {
    isDraining = true
    if let drained {
      drained.futureResult.cascade(to: promise)
      return
    }
    drained = promise
    guard !connections.isEmpty else { return finish() }
    for connection in connections.values { connection.closeWhenIdle() }  // in any order: each ends on its own
    let list = NIOLoopBound(self, eventLoop: eventLoop)
    eventLoop.scheduleTask(deadline: limit) { list.value.cutOff() }
  }

  private func cutOff() {
    guard let promise = drained else { return }
    drained = nil  // closing may end the last connection at once
    let left = Array(connections.values)
    let cut = left.count(where: \.isBusy)
    for connection in left { connection.close() }
    promise.succeed(cut)
  }

  private func finish() {
    guard isDraining, let promise = drained else { return }
    drained = nil
    promise.succeed(0)
  }
}
