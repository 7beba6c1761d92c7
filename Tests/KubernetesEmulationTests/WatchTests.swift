import KubernetesEmulation
import Testing
import WireProtocols

@Suite struct WatchTests {
  @Test func `a watch from a list's version tells what comes after it, in order`() async throws {
    try await TestCluster.with { _, client in
      try await client.create(TestCluster.configMaps, TestCluster.configMap("before"))
      let list = try await client.get(TestCluster.configMaps)
      let watch = try await client.watch("\(TestCluster.configMaps)?resourceVersion=\(list.version)")
      try await client.create(TestCluster.configMaps, TestCluster.configMap("a", ["k": "1"]))
      _ = try await client.send(
        "PATCH", "\(TestCluster.configMaps)/a", ["data": ["k": "2"]], type: "application/merge-patch+json")
      _ = try await client.send("DELETE", "\(TestCluster.configMaps)/a")
      var seen: [String] = []
      for _ in 0..<3 {
        let event = try #require(try await watch.next())
        seen.append("\(event.type) \(event.object.name) \(event.object.at("data", "k")?.string ?? "")")
        #expect(event.object["kind"] == "ConfigMap")
      }
      #expect(seen == ["ADDED a 1", "MODIFIED a 2", "DELETED a 2"])
    }
  }

  @Test func `an object that comes into a selector's sight is added, and deleted when it leaves`() async throws {
    try await TestCluster.with { _, client in
      let version = try await client.get(TestCluster.configMaps).version
      try await client.create(TestCluster.configMaps, TestCluster.configMap("a"))
      for label in [.string("y"), .null] as [JSON] {
        _ = try await client.send(
          "PATCH", "\(TestCluster.configMaps)/a", ["metadata": ["labels": ["x": label]]],
          type: "application/merge-patch+json")
      }
      let watch = try await client.watch("\(TestCluster.configMaps)?labelSelector=x%3Dy&resourceVersion=\(version)")
      let first = try #require(try await watch.next())
      let second = try #require(try await watch.next())
      #expect(first.type == "ADDED" && second.type == "DELETED")
      #expect(second.object.at("metadata", "labels", "x") == "y")
    }
  }

  @Test func `a version that is too old is an ERROR in the stream, one from the future is 504`() async throws {
    try await TestCluster.with { settings in
      settings.longestHistory = 2
    } _: { cluster, client in
      let version = try await client.get(TestCluster.configMaps).version
      for name in ["a", "b", "c"] { try await client.create(TestCluster.configMaps, TestCluster.configMap(name)) }
      let watch = try await client.watch("\(TestCluster.configMaps)?resourceVersion=\(version)")
      let event = try #require(try await watch.next())
      #expect(event.type == "ERROR")
      #expect(event.object["code"] == 410 && event.object["reason"] == "Expired")
      #expect(try await watch.next() == nil)
      let future = try await client.send("GET", "\(TestCluster.configMaps)?watch=1&resourceVersion=999999")
      #expect(future.status == 504)
      #expect(try future.json.at("details", "causes")?.array?.first?["reason"] == "ResourceVersionTooLarge")
    }
  }

  @Test func `a watch ends after its time, with bookmarks on the way if it wants them`() async throws {
    try await TestCluster.with { settings in
      settings.bookmarkInterval = .milliseconds(50)
    } _: { _, client in
      let version = try await client.get(TestCluster.configMaps).version
      let watch = try await client.watch(
        "\(TestCluster.configMaps)?resourceVersion=\(version)&allowWatchBookmarks=true&timeoutSeconds=1")
      let bookmark = try #require(try await watch.next())
      #expect(bookmark.type == "BOOKMARK" && bookmark.object.version == version)
      while let event = try await watch.next() { #expect(event.type == "BOOKMARK") }
    }
  }

  @Test func `faults of a watch: an event twice, an end, an old version`() async throws {
    try await TestCluster.with { cluster, client in
      for name in ["a", "b", "c"] { try await client.create(TestCluster.configMaps, TestCluster.configMap(name)) }
      func types(_ faults: [APIFault]) async throws -> [String] {
        await cluster.setFaults { $0.verb == "watch" ? faults : [] }
        let watch = try await client.watch("\(TestCluster.configMaps)?timeoutSeconds=1")
        var types: [String] = []
        while let event = try await watch.next() { types.append("\(event.type) \(event.object.name)") }
        return types
      }
      #expect(try await types([.repeatsEvent(2)]) == ["ADDED a", "ADDED b", "ADDED b", "ADDED c"])
      #expect(try await types([.endsWatch(afterEvents: 2)]) == ["ADDED a", "ADDED b"])
      #expect(try await types([.expiresWatch(afterEvents: 1)]) == ["ADDED a", "ERROR "])
      #expect(try await types([.expiresWatch(afterEvents: 0)]) == ["ERROR "])
      #expect(try await types([.endsWatch(afterEvents: 0)]).isEmpty)
    }
  }
}
