import HTTPServing
import NIOCore
import WireProtocols

/// Commands in pods, over WebSocket.
extension APIServer {
  /// The subprotocols that are spoken.
  private static let subprotocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"]

  /// Answers a request to run a command in a pod.
  func execute(_ request: APIRequest, _ answer: APIAnswer) throws(APIStatus) {
    let name = request.name ?? ""
    guard let pod = store.get(.pod, request.namespace ?? "", name) else { throw .notFound(.pod, name) }
    let container = try container(of: pod, request)
    guard pod.spec["nodeName"]?.string != nil else { throw .badRequest("pod \(name) does not have a host assigned") }
    // The kubelet's own words, which the API server passes on as they are.
    guard pod.isRunning else {
      return answer.send(500, Array("container not found (\"\(container)\")".utf8), contentType: "text/plain")
    }
    guard let offered = request.subprotocols else { throw .badRequest("Upgrade request required") }
    guard ["stdin", "stdout", "stderr"].contains(where: request.query.isTrue) else {
      throw .badRequest("you must specify at least 1 of stdin, stdout, stderr")
    }
    guard request.query["command"]?.isEmpty == false else {
      throw .badRequest("you must specify at least one command for the container")
    }
    guard let chosen = offered.first(where: Self.subprotocols.contains) else {
      throw .badRequest(
        "unable to upgrade: unable to negotiate protocol: client supports \(offered), server supports "
          + "\(Self.subprotocols)")
    }
    let server = NIOLoopBound(self, eventLoop: eventLoop)
    answer.responder.upgrade(to: chosen) { peer in server.value.run(request, answer.faults, peer) }
  }

  private func container(of pod: KubernetesObject, _ request: APIRequest) throws(APIStatus) -> String {
    let containers = pod.spec["containers"]?.elements.compactMap { $0["name"]?.string } ?? []
    if let asked = request.query["container"], !asked.isEmpty {
      guard containers.contains(asked) else { throw .badRequest("container \(asked) is not valid for pod \(pod.name)") }
      return asked
    }
    guard containers.count == 1 else {
      throw .badRequest(
        "a container name must be specified for pod \(pod.name), choose one of: "
          + "[\(containers.joined(separator: " "))]")
    }
    return containers[0]
  }

  /// Runs the command and sends what it prints and how it ends; what the client sends, input and sizes of its window, is
  /// of no use.
  private func run(_ request: APIRequest, _ faults: [APIFault], _ peer: WebSocketPeer) {
    let outcome = execution(request.query.values("command"), request.namespace ?? "", request.name ?? "")
    let messages = CommandMessages(
      stdout: request.query.isTrue("stdout"), stderr: request.query.isTrue("stderr"),
      isTerminal: request.query.isTrue("tty")
    ).messages(of: outcome)
    for case .cuts(var left) in faults {
      for message in messages where left > 0 {
        peer.send(Array(message.prefix(left)))
        left -= message.count
      }
      return peer.abort()
    }
    for message in messages { peer.send(message) }
    peer.close()
  }
}
