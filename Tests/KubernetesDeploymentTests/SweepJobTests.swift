import KubernetesClient
import Testing
import WireProtocols

@testable import KubernetesDeployment

/// The Job that runs a sweep.
@Suite struct SweepJobTests {
  private static func settings(image: String = "hydraserve-repro:0.1.0", memory: String = "1Gi") throws -> SweepJob {
    try SweepJob(
      labels: try OwnLabels(run: "sweep-1"), namespace: "hydra", image: image, processors: "1", memory: memory)
  }

  private static func manifest(minor: Int, plan: String = "{}") throws -> KubernetesObject {
    try settings().manifest(
      number: 1, plan: plan, planVariable: "PLAN", shares: 5, parallelism: 8,
      features: try JobFeatures(ServerVersion(major: 1, minor: minor)))
  }

  @Test func `the Job is as the documentation says it`() throws {
    try Golden.expect(ManifestText.yaml([try Self.manifest(minor: 33)]), isIn: "sweep.yaml")
  }

  @Test(arguments: [(24, false, false), (30, false, false), (31, true, false), (32, true, false), (33, true, true)])
  func `only what is stable in the server's version is used`(minor: Int, policy: Bool, byIndex: Bool) throws {
    let spec = try Self.manifest(minor: minor)["spec"]
    #expect((spec?["podFailurePolicy"] != nil) == policy)
    #expect((spec?["backoffLimitPerIndex"] != nil) == byIndex)
    #expect((spec?["backoffLimit"] != nil) == !byIndex, "one limit or the other")
  }

  @Test func `a server without indexed Jobs is refused`() {
    #expect(throws: DeploymentError.serverTooOld(version: "1.23", needed: "1.24 for indexed Jobs")) {
      try JobFeatures(ServerVersion(major: 1, minor: 23))
    }
  }

  @Test func `no more shares run at a time than there are`() throws {
    #expect(try Self.manifest(minor: 33)["spec", "parallelism"]?.integer == 5)
  }

  @Test func `a plan is found again in its Job`() throws {
    let contents = SweepJob.contents(of: try Self.manifest(minor: 33, plan: "the plan"), planVariable: "PLAN")
    #expect(contents?.plan == "the plan" && contents?.shares == 5)
    #expect(SweepJob.contents(of: KubernetesObject(["kind": "Job"]), planVariable: "PLAN") == nil)
  }

  @Test func `a plan that no variable can hold is refused`() {
    #expect(throws: DeploymentError.self) {
      try Self.manifest(minor: 33, plan: String(repeating: "x", count: SweepJob.longestPlan + 1))
    }
  }

  @Test(arguments: ["", "a b", "a\n"])
  func `an image with blanks is refused`(image: String) {
    #expect(throws: KubernetesError.self) { try Self.settings(image: image) }
  }

  @Test(arguments: ["", "1 Gi", "-1", "0", "1Gib", "many", "1e3"])
  func `an amount that is no quantity is refused`(memory: String) {
    #expect(throws: KubernetesError.self) { try Self.settings(memory: memory) }
  }

  @Test func `how a Job has ended is read from its conditions`() {
    func job(_ conditions: JSON) -> KubernetesObject { KubernetesObject(["status": ["conditions": conditions]]) }
    #expect(SweepJobs.end(of: job([])) == nil)
    #expect(SweepJobs.end(of: job([["type": "Complete", "status": "False"]])) == nil)
    #expect(SweepJobs.end(of: job([["type": "SuccessCriteriaMet", "status": "True"]])) == nil)
    #expect(SweepJobs.end(of: job([["type": "Complete", "status": "True"]])) == .complete)
    #expect(
      SweepJobs.end(of: job([["type": "Failed", "status": "True", "message": "too many\nfailures"]]))
        == .failed("too many failures"))
  }
}
