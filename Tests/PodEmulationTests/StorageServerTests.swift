import NIOCore
import NIOPosix
import PodEmulation
import Quantities
import ServingModel
import Testing
import WireProtocols

@Suite struct StorageServerTests {
  @Test(arguments: [1, 4])
  func `a shard arrives in shared memory byte for byte`(connections: Int) async throws {
    try await TestStorage.with(connections: connections) { storage in
      for (rank, size, isRest) in [(0, 1, false), (1, 3, false), (2, 3, true)] {
        let shard = ShardRequest(model: "v/m/7", rank: rank, pipelineSize: size, isRest: isRest, isPrefetch: false)
        let reader = try await AgentClient.open(shard, port: storage.agent.port)
        let image = try storage.catalogue.image(model: "v/m", rank: rank, pipelineSize: size, isRest: isRest)
        let total = Int(image.totalBytes)
        while reader.arrivedBytes < total { try await Task.sleep(for: .milliseconds(1)) }
        let arrived = Array(reader.bytes(0..<total))
        #expect(arrived == TestStorage.bytes(of: image))
        reader.close()
      }
    }
  }

  @Test func `every second part comes from the second of two storage servers`() async throws {
    let second = try await RemoteStoreServer.start(
      port: 0, catalogue: TestStorage.catalogue, fault: (.corrupted(at: 9), .max),
      on: MultiThreadedEventLoopGroup.singleton.next())
    try await TestStorage.with(others: [RemoteStore(host: "127.0.0.1", port: second.port)]) { storage in
      let shard = ShardRequest(model: "v/m", rank: 0, pipelineSize: 1, isRest: false, isPrefetch: false)
      let reader = try await AgentClient.open(shard, port: storage.agent.port)
      let image = try storage.catalogue.image(model: "v/m", rank: 0, pipelineSize: 1, isRest: false)
      let total = Int(image.totalBytes)
      while reader.arrivedBytes < total { try await Task.sleep(for: .milliseconds(1)) }
      var expected = TestStorage.bytes(of: image)
      let count = 2 * (total / 2 / 262_144)  // as many from each, of at least 256 KiB
      try #require(count >= 4)
      for part in stride(from: 1, to: count, by: 2) {
        expected[Int(try image.part(part, of: count).lowerBound) + 9] ^= 1  // the second one's mark
      }
      #expect(Array(reader.bytes(0..<total)) == expected)
      reader.close()
    }
    await second.stop()
  }

  @Test func `what has arrived without a gap can be read although the rest never comes`() async throws {
    try await TestStorage.with(fault: (.stalled(after: 100_000), .max)) { storage in
      let shard = ShardRequest(model: "v/m", rank: 0, pipelineSize: 1, isRest: false, isPrefetch: false)
      let reader = try await AgentClient.open(shard, port: storage.agent.port)
      while reader.arrivedBytes < 100_000 { try await Task.sleep(for: .milliseconds(1)) }
      let image = try storage.catalogue.image(model: "v/m", rank: 0, pipelineSize: 1, isRest: false)
      #expect(reader.arrivedBytes == 100_000, "the first part stalls there, whatever the others do")
      #expect(reader.bytes(0..<100_000).elementsEqual(TestStorage.bytes(of: image).prefix(100_000)))
      reader.close()
    }
  }

  @Test func `a fetch takes no less time than the rate of the storage allows`() async throws {
    try await TestStorage.with(rate: Bandwidth(bytesPerSecond: 16e6)) { storage in
      let image = try storage.catalogue.image(model: "v/m", rank: 0, pipelineSize: 1, isRest: false)
      let begin = ContinuousClock.now
      try await AgentClient.prefetch(
        ShardRequest(model: "v/m", rank: 0, pipelineSize: 1, isRest: false, isPrefetch: true), port: storage.agent.port)
      // All but a burst of 5 ms and the last piece of each of four connections is paid for by waiting.
      let paid = Double(image.totalBytes) - 0.005 * 16e6 - 4 * 65536
      #expect(ContinuousClock.now - begin >= .seconds(paid / 16e6))
    }
  }

  @Test func `a model is unknown, cached and evicted in turn`() async throws {
    try await TestStorage.with { storage in
      let port = storage.agent.port
      #expect(try await AgentClient.ask(.query(model: "v/m"), port: port) == ModelPresence.unknown.rawValue)
      for model in ["v/m", "v/m/1"] {
        let shard = ShardRequest(model: model, rank: 0, pipelineSize: 1, isRest: false, isPrefetch: true)
        try await AgentClient.prefetch(shard, port: port)
        #expect(try await AgentClient.ask(.query(model: model), port: port) == ModelPresence.cached.rawValue)
      }
      // The memory holds one model and a half, so the second took the first one's place.
      #expect(try await AgentClient.ask(.query(model: "v/m"), port: port) == ModelPresence.evicted.rawValue)
      let dropped = try #require(try await AgentClient.ask(.clearCache, port: port))
      let bytes = try storage.catalogue.image(model: "v/m", rank: 0, pipelineSize: 1, isRest: false).totalBytes
      #expect(dropped >= UInt64(bytes) && dropped < UInt64(bytes) + 128)
      #expect(try await AgentClient.ask(.query(model: "v/m/1"), port: port) == ModelPresence.evicted.rawValue)
    }
  }

  @Test(arguments: [RemoteStoreServer.Fault.truncated(after: 1000), .stalled(after: 1000)])
  func `a part that breaks off or stalls is fetched again`(fault: RemoteStoreServer.Fault) async throws {
    try await TestStorage.with(fault: (fault, 2)) { storage in
      let shard = ShardRequest(model: "v/m", rank: 0, pipelineSize: 1, isRest: false, isPrefetch: false)
      let reader = try await AgentClient.open(shard, port: storage.agent.port)
      let expected = TestStorage.bytes(
        of: try storage.catalogue.image(
          model: "v/m", rank: 0, pipelineSize: 1, isRest: false))
      while reader.arrivedBytes < expected.count { try await Task.sleep(for: .milliseconds(1)) }
      #expect(Array(reader.bytes(0..<expected.count)) == expected)
      reader.close()
    }
  }

  @Test(arguments: [RemoteStoreServer.Fault.truncated(after: 1000), .stalled(after: 1000)])
  func `a reader is let go when a fetch fails for good, and the next one fetches anew`(
    fault: RemoteStoreServer.Fault
  ) async throws {
    try await TestStorage.with(connections: 1, fault: (fault, 3)) { storage in
      let shard = ShardRequest(model: "v/m", rank: 0, pipelineSize: 1, isRest: false, isPrefetch: false)
      let reader = try await AgentClient.open(shard, port: storage.agent.port)
      while reader.isOpen { try await Task.sleep(for: .milliseconds(1)) }  // let go by the agent
      let next = try await AgentClient.open(shard, port: storage.agent.port)
      let total = Int(try storage.catalogue.image(model: "v/m", rank: 0, pipelineSize: 1, isRest: false).totalBytes)
      while next.arrivedBytes < total {
        try #require(next.isOpen)
        try await Task.sleep(for: .milliseconds(1))
      }
      next.close()
    }
  }

  @Test func `a shard of a model that nobody knows ends the connection`() async throws {
    try await TestStorage.with { storage in
      let shard = ShardRequest(model: "no/such", rank: 0, pipelineSize: 1, isRest: false, isPrefetch: false)
      await #expect(throws: PodError.self) { try await AgentClient.open(shard, port: storage.agent.port) }
    }
  }

  @Test func `the shared memory goes with its agent`() async throws {
    var name = ""
    try await TestStorage.with { name = $0.agent.segmentName }
    #expect(throws: PodError.self) { try SharedMemorySegment(opening: name, size: 64) }
  }
}
