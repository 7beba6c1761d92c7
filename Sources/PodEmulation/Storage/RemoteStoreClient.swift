import NIOCore
import NIOPosix
import WireProtocols

/// Connections to a remote storage server.
enum RemoteStoreClient {
  /// Sends a message and hands over what comes back, at the pace that the receiver allows.
  ///
  /// - Parameters:
  ///   - part: what is asked for; parts go around among the servers.
  ///   - received: returns how many nanoseconds to wait before reading on, or `nil` to close.
  ///   - closed: called once when the connection has ended, whoever ended it, with a reason.
  static func open(
    _ settings: ShardFetch.Settings, from part: Int = 0, _ message: RemoteStoreMessage, on eventLoop: any EventLoop,
    received: @escaping (ByteBufferView) -> Int64?, closed: @escaping (String) -> Void
  ) {
    let handler = NIOLoopBound(
      Handler(stallTimeout: settings.stallTimeout, received: received, closed: closed), eventLoop: eventLoop)
    let remote = settings.remotes[part % settings.remotes.count]
    ClientBootstrap(group: eventLoop)
      .channelOption(.autoRead, value: false)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler.value) }
      }
      .connect(host: remote.host, port: remote.port)
      .whenComplete { result in
        switch result {
        case .success(let channel):
          channel.writeAndFlush(ByteBuffer(bytes: message.bytes), promise: nil)
          channel.read()
        case .failure(let error): handler.value.end("it cannot be reached (\(error))")
        }
      }
  }

  /// Asks for the size of a shard.
  static func size(
    of request: WeightsRequest, _ settings: ShardFetch.Settings, on eventLoop: any EventLoop,
    _ answer: @escaping (Result<Int, PodError>) -> Void
  ) {
    let query = WeightsRequest(
      model: request.model, rank: request.rank, pipelineSize: request.pipelineSize, isRest: request.isRest,
      isQuery: true)
    let state = NIOLoopBoundBox(FrameReader(), eventLoop: eventLoop)
    open(settings, .weights(query), on: eventLoop) { bytes in
      state.value.feed(bytes)
      return state.value.integer() == nil ? 0 : nil
    } closed: { reason in
      if let size = state.value.integer(), size > 0, size < UInt64(Int.max) {
        answer(.success(Int(size)))
      } else {
        answer(.failure(.fetchFailed(model: request.model, reason: reason)))
      }
    }
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let stallTimeout: TimeAmount
    private let received: (ByteBufferView) -> Int64?
    private var closed: ((String) -> Void)?
    private var timeout: Scheduled<Void>?
    private var wait: Int64 = 0

    init(
      stallTimeout: TimeAmount, received: @escaping (ByteBufferView) -> Int64?, closed: @escaping (String) -> Void
    ) {
      self.stallTimeout = stallTimeout
      self.received = received
      self.closed = closed
    }

    func channelActive(context: ChannelHandlerContext) {
      watch(context)
      context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard closed != nil else { return }
      if let wait = received(unwrapInboundIn(data).readableBytesView) {
        self.wait = max(self.wait, wait)
      } else {
        end("it is done")
        context.close(promise: nil)
      }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
      guard closed != nil else { return }
      watch(context)
      let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
      context.eventLoop.scheduleTask(in: .nanoseconds(wait)) { bound.value.read() }
      wait = 0
    }

    func channelInactive(context: ChannelHandlerContext) {
      end("the server closed the connection")
      context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      end("\(error)")
      context.close(promise: nil)
    }

    func end(_ reason: String) {
      timeout?.cancel()
      guard let closed else { return }
      self.closed = nil
      closed(reason)
    }

    private func watch(_ context: ChannelHandlerContext) {
      timeout?.cancel()
      let (handler, bound) = (
        NIOLoopBound(self, eventLoop: context.eventLoop), NIOLoopBound(context, eventLoop: context.eventLoop)
      )
      timeout = context.eventLoop.scheduleTask(in: stallTimeout) {
        handler.value.end("the server sent nothing for \(handler.value.stallTimeout.nanoseconds / 1_000_000) ms")
        bound.value.close(promise: nil)
      }
    }
  }
}
