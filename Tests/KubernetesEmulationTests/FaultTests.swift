import KubernetesEmulation
import Testing
import WireProtocols

@Suite struct FaultTests {
  @Test func `requests fail as planned and only those`() async throws {
    try await TestCluster.with { cluster, client in
      func status(_ fault: APIFault) async throws -> APIClient.Answer {
        await cluster.setFaults { $0.type?.plural == "nodes" ? [fault] : [] }
        #expect(try await client.send("GET", "/api/v1/namespaces").status == 200)
        return try await client.send("GET", "/api/v1/nodes")
      }
      let patient = try await status(.tooManyRequests(retryAfterSeconds: 7))
      #expect(patient.status == 429 && patient.head.contains("retry-after: 7"))
      #expect(try patient.json.at("details", "retryAfterSeconds") == 7)
      #expect(try await !status(.tooManyRequests()).head.contains("retry-after"))
      for (fault, code) in [
        (APIFault.internalError, 500), (.unavailable, 503), (.unauthorized, 401), (.forbidden, 403), (.conflict, 409),
      ] { #expect(try await status(fault).status == code) }
      let closed = try await status(.closes)
      #expect(closed.status == 0 && closed.head.isEmpty)
      let cut = try await status(.cuts(afterBytes: 10))
      #expect(cut.status == 200 && cut.body.utf8.count == 10)
      #expect(try await status(.delays(.milliseconds(1))).status == 200)
    }
  }

  @Test func `a plan sees what a request is about`() async throws {
    try await TestCluster.with { cluster, client in
      await cluster.setFaults { request in
        request.verb == "patch" && request.contentType == "application/apply-patch+yaml" && request.name == "a"
          && request.namespace == "default" ? [.conflict] : []
      }
      try await client.create(TestCluster.configMaps, TestCluster.configMap("a"))
      let path = "\(TestCluster.configMaps)/a?fieldManager=m"
      let body = TestCluster.configMap("a")
      #expect(try await client.send("PATCH", path, body, type: "application/merge-patch+json").status == 200)
      #expect(try await client.send("PATCH", path, body, type: "application/apply-patch+yaml").status == 409)
    }
  }
}
