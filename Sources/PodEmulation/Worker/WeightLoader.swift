import ClusterSimulation
import Quantities
import ServingModel
import WireProtocols

/// Loads the weights of a stage from the node's shared memory, as they arrive or once they have, and checks them.
struct WeightLoader: Sendable {
  let settings: EmulatedWorkerSettings

  /// How much is taken in one go, and so how exactly the rate is kept.
  private static let pieceBytes = 256 * 1024
  /// How long to wait for more bytes to arrive.
  private static let pause = Duration.microseconds(500)

  /// When weights were loaded.
  struct Times: Sendable {
    /// When the agent was asked.
    let askedAt: ContinuousClock.Instant
    /// When loading began: with the fetch, or after it.
    let loadStart: ContinuousClock.Instant
    /// When all bytes were known to be in host memory.
    let fetchEnd: ContinuousClock.Instant
    /// When all were loaded.
    let loadEnd: ContinuousClock.Instant
  }

  /// Loads the stage, or, with `isRest`, what it lacks of the whole model.
  ///
  /// - Throws: ``PodError``.
  func load(isRest: Bool) async throws -> Times {
    let askedAt = ContinuousClock.now
    let pod = settings.pod
    let shard = ShardRequest(
      model: pod.remoteModel, rank: pod.rank, pipelineSize: pod.pipelineSize, isRest: isRest, isPrefetch: false)
    let image = try settings.catalogue.image(
      model: pod.remoteModel, rank: pod.rank, pipelineSize: pod.pipelineSize, isRest: isRest)
    let reader = try await AgentClient.open(shard, host: pod.storageAddress, port: settings.agentPort)
    defer { reader.close() }
    let total = Int(image.totalBytes)
    async let expected = Self.sum(of: image)  // beside the loading, which mostly waits
    if settings.procedure.loader != .streamed { try await arrival(of: total, reader) }
    let rate = settings.real(
      settings.procedure.loader == .framework ? settings.constants.frameworkLoad : settings.hardware.hostToGPU)
    var sum = ByteSum()
    var loaded = 0
    let loadStart = ContinuousClock.now
    var fetchEnd = loadStart
    var dueAt = loadStart
    while loaded < total {
      try await arrival(of: loaded + 1, reader)
      let arrived = reader.arrivedBytes
      if arrived < total { fetchEnd = .now }
      let end = min(arrived, loaded + Self.pieceBytes, total)
      sum.add(reader.bytes(loaded..<end))
      dueAt = max(dueAt, ContinuousClock.now - .milliseconds(5)) + ByteCount.bytes(Int64(end - loaded)) / rate
      loaded = end
      if dueAt > ContinuousClock.now { try await Task.sleep(until: dueAt, clock: .continuous) }
    }
    guard await expected == sum.value else {
      reader.close()
      await forget(pod.remoteModel)
      throw PodError.corrupted(model: pod.remoteModel, rank: pod.rank)
    }
    return Times(askedAt: askedAt, loadStart: loadStart, fetchEnd: fetchEnd, loadEnd: .now)
  }

  /// Has the agent drop a whole model that it caches with wrong bytes, or the next worker would get them again.
  ///
  /// The protocol only knows a clearing of everything unused. The agent may still be about to notice that the reader has
  /// gone, so it is asked until the model is away, and not for ever: another worker may be reading it.
  private func forget(_ model: String) async {
    for _ in 0..<20 {
      let presence = try? await AgentClient.ask(
        .query(model: model), host: settings.pod.storageAddress, port: settings.agentPort)
      guard presence == ModelPresence.cached.rawValue else { return }
      _ = try? await AgentClient.ask(.clearCache, host: settings.pod.storageAddress, port: settings.agentPort)
      try? await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Waits until so many bytes have arrived, or the agent says by closing that they never will.
  private func arrival(of count: Int, _ reader: ShardReader) async throws {
    while reader.arrivedBytes < count {
      guard reader.isOpen || reader.arrivedBytes >= count else {
        throw PodError.fetchFailed(
          model: settings.pod.remoteModel, reason: "the storage agent gave up after \(reader.arrivedBytes) bytes")
      }
      try await Task.sleep(for: Self.pause)
    }
  }

  /// What the weights must add up to.
  private static func sum(of image: SafetensorsImage) -> UInt64 {
    var sum = ByteSum()
    var piece = [UInt8](repeating: 0, count: pieceBytes)
    var position: Int64 = 0
    while position < image.totalBytes {
      let count = Int(min(Int64(pieceBytes), image.totalBytes - position))
      piece.withUnsafeMutableBytes { memory in
        let part = UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
        image.fill(part, from: position)
        sum.add(UnsafeRawBufferPointer(part))
      }
      position += Int64(count)
    }
    return sum.value
  }
}
