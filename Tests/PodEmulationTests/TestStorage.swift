import NIOCore
import NIOPosix
import PodEmulation
import Quantities
import ServingModel
import Synchronization
import WireProtocols

/// A remote storage server and a node's storage agent on free ports, with one small model.
struct TestStorage {
  let catalogue: ShardCatalogue
  let remote: RemoteStoreServer
  let agent: StorageAgentServer

  /// About 2 MB of weights.
  static let architecture = ModelArchitecture(
    family: .llama, layerCount: 4, hiddenSize: 128, intermediateSize: 384, vocabularySize: 1024, attentionHeads: 4,
    keyValueHeads: 4, maxPositions: 128, tiesWordEmbeddings: false)
  private static let number = Atomic(0)
  static let catalogue = ShardCatalogue(byteScale: 1) { $0 == "v/m" ? architecture : nil }

  static func with(
    rate: Bandwidth? = nil, connections: Int = 4, fault: (kind: RemoteStoreServer.Fault, parts: Int)? = nil,
    others: [RemoteStore] = [],
    _ body: (TestStorage) async throws -> Void
  ) async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let remote = try await RemoteStoreServer.start(port: 0, catalogue: catalogue, rate: rate, fault: fault, on: loop)
    let bytes = try catalogue.image(model: "v/m", rank: 0, pipelineSize: 1, isRest: false).totalBytes
    var settings = StorageAgentServer.Settings(
      remotes: [RemoteStore(host: "127.0.0.1", port: remote.port)] + others, memory: .bytes(bytes * 3 / 2))
    settings.connections = connections
    settings.stallTimeout = .seconds(30)  // a busy machine looks stalled
    if case .stalled? = fault?.kind { settings.stallTimeout = .milliseconds(400) }
    let name = "/hydra-test-\(remote.port)-\(number.add(1, ordering: .relaxed).newValue)"
    let agent = try await StorageAgentServer.start(port: 0, segment: name, settings, on: loop)
    var failure: (any Error)?
    do {
      try await body(TestStorage(catalogue: catalogue, remote: remote, agent: agent))
    } catch {
      failure = error
    }
    await agent.stop()  // also when a test fails, or its shared memory would stay
    await remote.stop()
    if let failure { throw failure }
  }

  static func bytes(of image: SafetensorsImage) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(image.totalBytes))
    bytes.withUnsafeMutableBytes { image.fill($0, from: 0) }
    return bytes
  }
}
