import NIOCore
import WireProtocols

/// What the connections of a remote storage server share; it lives on their event loop.
final class RemoteStoreState {
  let catalogue: ShardCatalogue
  var bucket: TokenBucket?
  private var fault: (kind: RemoteStoreServer.Fault, parts: Int)?
  private var images: [WeightsKey: SafetensorsImage] = [:]

  struct WeightsKey: Hashable {
    let model: String
    let rank: Int
    let pipelineSize: Int
    let isRest: Bool
  }

  init(catalogue: ShardCatalogue, bucket: TokenBucket?, fault: (kind: RemoteStoreServer.Fault, parts: Int)?) {
    self.catalogue = catalogue
    self.bucket = bucket
    self.fault = fault
  }

  func image(_ request: WeightsRequest) throws(PodError) -> SafetensorsImage {
    let key = WeightsKey(
      model: request.model, rank: request.rank, pipelineSize: request.pipelineSize, isRest: request.isRest)
    if let image = images[key] { return image }
    let image = try catalogue.image(
      model: key.model, rank: key.rank, pipelineSize: key.pipelineSize, isRest: key.isRest)
    images[key] = image
    return image
  }

  /// What goes wrong in the next part.
  func takeFault() -> RemoteStoreServer.Fault? {
    guard let fault, fault.parts > 0 else { return nil }
    self.fault = (fault.kind, fault.parts - 1)
    return fault.kind
  }
}

/// One connection to a remote storage server.
final class RemoteStoreConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// What is being sent.
  private struct Sending {
    let image: SafetensorsImage
    var left: Range<Int64>
    let start: Int64
    let fault: RemoteStoreServer.Fault?
  }

  private let shared: RemoteStoreState
  private var reader = FrameReader()
  private var sending: Sending?
  /// Whether the rate makes the next piece wait.
  private var isWaiting = false

  /// How much is made and sent in one turn.
  private static let pieceBytes: Int64 = 64 * 1024

  init(_ shared: RemoteStoreState) {
    self.shared = shared
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    reader.feed(unwrapInboundIn(data).readableBytesView)
    answerNext(context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    sending = nil
    context.fireChannelInactive()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable, !isWaiting { sendOn(context) }
    context.fireChannelWritabilityChanged()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func answerNext(_ context: ChannelHandlerContext) {
    guard sending == nil else { return }
    do {
      guard let message = try RemoteStoreMessage.decode(from: &reader) else { return }
      switch message {
      case .isInitialised: write(context, Array("initialized".utf8))
      case .weights(let request):
        let image = try shared.image(request)
        if request.isQuery {
          write(context, FrameReader.bytes(of: UInt64(image.totalBytes)))
        } else {
          let part = try image.part(request.part, of: request.partCount)
          sending = Sending(image: image, left: part, start: part.lowerBound, fault: shared.takeFault())
          return sendOn(context)
        }
      }
      answerNext(context)
    } catch {
      context.close(promise: nil)  // the protocol has no error; the client sees the end
    }
  }

  /// Sends a piece and comes back when the rate allows the next.
  private func sendOn(_ context: ChannelHandlerContext) {
    guard let now = sending, !now.left.isEmpty, context.channel.isWritable else { return }
    let end = min(now.left.lowerBound + Self.pieceBytes, now.left.upperBound)
    var piece = [UInt8](repeating: 0, count: Int(end - now.left.lowerBound))
    piece.withUnsafeMutableBytes { now.image.fill($0, from: now.left.lowerBound) }
    let position = Int(now.left.lowerBound - now.start)
    switch now.fault {
    case .truncated(let limit) where position + piece.count > limit:
      write(context, Array(piece.prefix(limit - position)))
      sending = nil
      return context.close(promise: nil)
    case .stalled(let limit) where position + piece.count > limit:
      sending?.left = end..<end
      return write(context, Array(piece.prefix(limit - position)))
    case .corrupted(let place) where (position..<position + piece.count).contains(place): piece[place - position] ^= 1
    default: break
    }
    write(context, piece)
    sending?.left = end..<now.left.upperBound
    guard end < now.left.upperBound else {
      sending = nil
      return answerNext(context)
    }
    let wait = shared.bucket?.spend(piece.count, at: Int64(NIODeadline.now().uptimeNanoseconds)) ?? 0
    let (connection, loop) = (NIOLoopBound(self, eventLoop: context.eventLoop), context.eventLoop)
    let bound = NIOLoopBound(context, eventLoop: loop)
    isWaiting = true
    loop.scheduleTask(in: .nanoseconds(wait)) {
      connection.value.isWaiting = false
      connection.value.sendOn(bound.value)
    }
  }

  private func write(_ context: ChannelHandlerContext, _ bytes: [UInt8]) {
    context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: bytes)), promise: nil)
  }
}
