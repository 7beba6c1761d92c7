import Foundation
import KubernetesEmulation
import PodEmulation
import Testing
import WireProtocols

/// `reproduce --on kubernetes` against a cluster whose containers are processes.
@Suite(.serialized, .timeLimit(.minutes(10))) struct SweepProgramTests {
  /// Four items: two variants of one setting of two seeds.
  private static let sweep =
    "reproduce figure13 --only hydraserve --seeds 2 --sweep hardware.pod_deletion_s=2,3 --results"
  /// Three items of cold starts.
  private static let coldStarts = "reproduce figure7 --only hydraserve --sweep hardware.response_path_ms=20"
  private static let image = "--image registry.example/lab/hydraserve-repro@sha256:00"

  @Test func `a sweep on a cluster gives the files and the table of one here, byte for byte`() async throws {
    try await SweepCluster.with { user in
      let here = try await user.run("\(Self.sweep) here")
      #expect(here.exit == .exited(0), "\(here.errors)")
      let there = try await user.run("\(Self.sweep) there --on kubernetes \(Self.image) --parallelism 3")
      #expect(there.exit == .exited(0), "\(there.errors)")
      #expect(there.output == here.output && here.output.contains("hardware.pod_deletion_s=3"))
      let files = try user.files(below: "here/sweeps")
      // By hand: five files of each variant's run, provenance apart, and its workload.
      #expect(files.count == 2 * (5 + 1))
      #expect(try user.files(below: "there/sweeps") == files)
      #expect(there.errors.contains("4 items in 3 shares"), "\(there.errors)")
      let left = await user.jobs().map(\.name) + user.pods().map(\.name)
      #expect(left.isEmpty, "the Job is deleted in the end")

      let again = try await user.run("\(Self.sweep) there --on kubernetes \(Self.image) --parallelism 3")
      #expect(again.output == here.output && again.errors.contains("All 0 settings"), "\(again.errors)")
      // The containers' program was the one beside ours, so what they made is as good as made here.
      let local = try await user.run("\(Self.sweep) there")
      #expect(local.errors.contains("1 kept") && !local.errors.contains("1 run"), "\(local.errors)")
    }
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot"), "gnuplot is not installed"))
  func `a figure is drawn of what came from the cluster`() async throws {
    try await SweepCluster.with { user in
      let line = "reproduce figure7 --only hydraserve --backend a10 --allow-paper"
      let paper = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("results/paper")
      for folder in ["here", "there"] {
        let results = user.folder.appendingPathComponent(folder)
        try FileManager.default.createDirectory(at: results, withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: paper, to: results.appendingPathComponent("paper"))
      }
      let here = try await user.run("\(line) --results here --figs figs-here")
      let there = try await user.run("\(line) --results there --figs figs-there --on kubernetes")
      #expect(here.exit == .exited(0) && there.exit == .exited(0), "\(there.errors)")
      #expect(there.output == here.output)
      #expect(try user.text("figs-there/figure7.csv") == user.text("figs-here/figure7.csv"))
    }
  }

  @Test(arguments: [24, 33])
  func `pods that are evicted or fail are replaced, whatever the cluster's version`(minor: Int) async throws {
    try await SweepCluster.with(minorVersion: minor) { _, attempt in
      attempt == 0 ? .idles : nil  // until something happens to it
    } _: { user in
      let program = try user.start("\(Self.coldStarts) --on kubernetes --results r")
      try await user.wait { user in
        let pods = await user.pods()
        return pods.count == 3 && pods.allSatisfy { $0.status["phase"]?.string == "Running" }
      }
      let pods = await user.pods().map(\.name)
      await user.cluster.failPod(pods[0], in: SweepCluster.namespace, .evicted)
      await user.cluster.failPod(pods[1], in: SweepCluster.namespace, .outOfMemory)
      await user.cluster.failPod(pods[2], in: SweepCluster.namespace, .crashes(exitCode: 1))
      let exit = await program.exit()
      let errors = try user.text("errors")
      #expect(exit == .exited(0), "\(errors)")
      #expect(errors.contains("All 3 settings have their results") && errors.contains("Evicted: "), "\(errors)")
    }
  }

  @Test func `results whose log was cut are run again, the others are kept`() async throws {
    try await SweepCluster.with { pod, _ in
      // All three results in one share, of which only the first 150 kB are kept: one result is whole.
      pod.name.contains("-1-0-") ? SweepCluster.toolkit(pod, through: "head -c 150000") : nil
    } _: { user in
      let here = try await user.run("\(Self.coldStarts) --results here")
      let there = try await user.run("\(Self.coldStarts) --results there --on kubernetes --parallelism 1")
      #expect(there.exit == .exited(0) && there.output == here.output, "\(there.errors)")
      #expect(there.errors.contains("3 items in 1 shares") && there.errors.contains("2 items in 1 shares"))
      #expect(try user.files(below: "there/sweeps") == user.files(below: "here/sweeps"))
    }
  }

  @Test func `logs that never have a result end with a sentence, not with Jobs for ever`() async throws {
    try await SweepCluster.with { pod, _ in
      SweepCluster.toolkit(pod, through: "head -c 1000")
    } _: { user in
      let outcome = try await user.run("\(Self.coldStarts) --on kubernetes --results r")
      #expect(outcome.exit == .exited(1))
      #expect(outcome.errors.contains("3 items never came"), "\(outcome.errors)")
    }
  }

  @Test func `an image that does not know its command line ends the Job at once`() async throws {
    try await SweepCluster.with { pod, _ in
      .process(
        PodProgram(program: "/bin/sh", arguments: ["-c", "echo Error: no such share; exit 64"], environment: []))
    } _: { user in
      let outcome = try await user.run("\(Self.coldStarts) --on kubernetes --results r --parallelism 1")
      #expect(outcome.exit == .exited(1))
      #expect(outcome.errors.contains("exit code 64") && outcome.errors.contains("no such share"), "\(outcome.errors)")
      #expect(await user.pods().count == 1, "nothing is tried again")
      #expect(await user.jobs().count == 1, "the Job stays to be looked at")
    }
  }

  @Test func `what cannot run on a cluster is refused before anything is made`() async throws {
    try await SweepCluster.with { user in
      try Data("endtoend: {trace: t.jsonl}\n".utf8).write(to: user.folder.appendingPathComponent("c.yaml"))
      try Data("{}\n".utf8).write(to: user.folder.appendingPathComponent("t.jsonl"))
      for (line, sentence) in [
        ("figure13 --config c.yaml", "is a file of this machine"),
        ("figure13 --parallelism 0", "--parallelism is 0; allowed: 1 to 1000."),
        ("figure13 --memory lots", "The memory is `lots`; allowed:"),
        ("figure8", "There is no figure `figure8`"), ("figure13 --run Big", "The run is `Big`; allowed:"),
      ] {
        let outcome = try await user.run("reproduce \(line) --on kubernetes")
        #expect(outcome.exit == .exited(64) && outcome.errors.contains(sentence), "\(line): \(outcome.errors)")
      }
      let elsewhere = try await user.run("reproduce figure13 --on moon")
      #expect(elsewhere.exit == .exited(64) && elsewhere.errors.contains("allowed: local, kubernetes"))
      #expect(await user.jobs().isEmpty)
    }
  }

  @Test func `a dry run prints the Job and makes none`() async throws {
    try await SweepCluster.with { user in
      let printed = try await user.run("\(Self.coldStarts) --on kubernetes --dry-run client")
      #expect(printed.exit == .exited(0) && printed.output.contains("completionMode: Indexed"), "\(printed.errors)")
      let checked = try await user.run("\(Self.coldStarts) --on kubernetes --dry-run server --namespace default")
      #expect(checked.exit == .exited(0) && checked.output.hasPrefix("Would make default/sweep-"), "\(checked.errors)")
      #expect(await user.cluster.objects("jobs", group: "batch").isEmpty)
    }
  }
}
