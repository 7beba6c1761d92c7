import Foundation
import KubernetesEmulation
import PodEmulation
import Synchronization
import Testing
import WireProtocols

/// A sweep whose client is killed or interrupted, and one whose API server misbehaves.
@Suite(.serialized, .timeLimit(.minutes(10))) struct SweepInterruptionTests {
  private static let coldStarts =
    "reproduce figure7 --only hydraserve --sweep hardware.response_path_ms=20"
  private static let onCluster = "--results there --on kubernetes"

  @Test func `a client that was killed finds its Job again and what had come stays`() async throws {
    try await SweepCluster.with { pod, attempt in
      // The last of the three shares hangs until the client is dead.
      pod.variable("JOB_COMPLETION_INDEX") == "2" && attempt == 0 ? .idles : nil
    } _: { user in
      let here = try await user.run("\(Self.coldStarts) --results here")
      let client = try user.start("\(Self.coldStarts) \(Self.onCluster)")
      try await user.wait { user in
        let errors = try user.text("errors")
        return errors.contains("run on the cluster") && errors.contains("[2/3]")
      }
      #expect(await client.kill() == .signalled(9))
      let jobs = await user.jobs().map(\.uid)
      let pods = await user.pods()
      #expect(jobs.count == 1 && pods.count == 3)
      await user.cluster.failPod(
        try #require(pods.first { $0.status["phase"]?.string == "Running" }).name, in: SweepCluster.namespace,
        .crashes(exitCode: 1))
      let again = try await user.run("\(Self.coldStarts) \(Self.onCluster)")
      #expect(again.exit == .exited(0) && again.output == here.output, "\(again.errors)")
      #expect(again.errors.contains("Goes on with Job sweep-"), "\(again.errors)")
      #expect(again.errors.contains("[1/1]"), "only one setting was missing: \(again.errors)")
      #expect(!again.errors.contains("items in"), "no other Job was made: \(again.errors)")
      #expect(try user.files(below: "there/sweeps") == user.files(below: "here/sweeps"))
      #expect(await user.jobs().isEmpty)
    }
  }

  @Test func `an interrupted client deletes its Job unless it is to be kept`() async throws {
    try await SweepCluster.with { _, _ in
      .idles
    } _: { user in
      for (option, left) in [("", 0), ("--keep", 1)] {
        let client = try user.start("\(Self.coldStarts) \(Self.onCluster) \(option)")
        try await user.wait { user in
          let pods = await user.pods()
          return pods.count == 3 && pods.allSatisfy { $0.status["phase"]?.string == "Running" }
        }
        let exit = await client.stop(patience: .seconds(60))
        let errors = try user.text("errors")
        #expect(exit == .exited(130), "\(errors)")
        #expect(await user.jobs().count == left)
      }
    }
  }

  @Test func `a server that refuses, breaks off and ends watches only takes longer`() async throws {
    try await SweepCluster.with { user in
      let here = try await user.run("\(Self.coldStarts) --results here")
      let seen = Mutex<[String: Int]>([:])
      await user.cluster.setFaults { request in
        let call = "\(request.verb) \(request.type?.plural ?? "") \(request.subresource ?? "")"
        let count = seen.withLock { seen in
          seen[call, default: 0] += 1
          return seen[call, default: 0]
        }
        // Each kind of call goes wrong the first time in one way and the second time in another.
        return switch count {
        case 1: [.tooManyRequests(retryAfterSeconds: 0)]
        case 2 where request.verb == "watch": [.endsWatch(afterEvents: 1)]
        case 2: [.cuts(afterBytes: 40)]
        default: []
        }
      }
      let client = try user.start("\(Self.coldStarts) \(Self.onCluster)")
      try await user.wait { await !$0.pods().isEmpty }
      await user.cluster.endWatches()
      let exit = await client.exit()
      let errors = try user.text("errors")
      #expect(exit == .exited(0), "\(errors)")
      #expect(try user.text("output") == here.output)
      #expect(try user.files(below: "there/sweeps") == user.files(below: "here/sweeps"))
      #expect(seen.withLock { $0.values.filter { $0 > 1 }.count } > 3, "faults have struck")
    }
  }
}
