import NIOCore
import WireProtocols

/// One connection to a storage agent.
final class StorageAgentConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let agent: StorageAgent
  private var reader = FrameReader()
  private var use: (key: StorageAgent.Key, reader: StorageAgent.Reader)?

  init(_ agent: StorageAgent) {
    self.agent = agent
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    reader.feed(unwrapInboundIn(data).readableBytesView)
    do {
      while let message = try StorageAgentMessage.decode(from: &reader) { answer(message, context) }
    } catch {
      context.close(promise: nil)  // the protocol has no error; the client sees the end
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    if let use { agent.end(use.key, use.reader) }
    use = nil
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func answer(_ message: StorageAgentMessage, _ context: ChannelHandlerContext) {
    switch message {
    case .isInitialised: write(context.channel, Array("initialized".utf8))
    case .freeMemory: _ = agent.clear(all: true)
    case .clearCache: write(context.channel, FrameReader.bytes(of: UInt64(agent.clear(all: false))))
    case .query(let model): write(context.channel, FrameReader.bytes(of: agent.presence(of: model).rawValue))
    case .load(let shard): load(shard, context.channel)
    }
  }

  private func load(_ shard: ShardRequest, _ channel: any Channel) {
    guard use == nil else { return channel.close(promise: nil) }
    let key = StorageAgent.Key(
      model: shard.model, rank: shard.rank, pipelineSize: shard.pipelineSize, isRest: shard.isRest)
    let isPrefetch = shard.isPrefetch
    let reader = StorageAgent.Reader(
      isPrefetch: isPrefetch, placed: { [self] in write(channel, $0.bytes) },
      fetched: { if isPrefetch { channel.close(promise: nil) } }, failed: { channel.close(promise: nil) })
    use = (key, reader)
    agent.begin(key, reader)
  }

  private func write(_ channel: any Channel, _ bytes: [UInt8]) {
    channel.writeAndFlush(channel.allocator.buffer(bytes: bytes), promise: nil)
  }
}
