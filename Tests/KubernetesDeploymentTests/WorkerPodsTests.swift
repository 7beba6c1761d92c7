import KubernetesClient
import Testing
import WireProtocols

@testable import KubernetesDeployment

/// What becomes of workers' pods, each thing told once.
@Suite struct WorkerPodsTests {
  private static func pod(_ uid: String, _ status: JSON) -> KubernetesObject {
    KubernetesObject(["metadata": ["name": "p", "uid": .string(uid), "labels": ["app": "node0-1"]], "status": status])
  }

  private static func waiting(_ reason: String) -> JSON {
    ["phase": "Pending", "containerStatuses": [["state": ["waiting": ["reason": .string(reason)]]]]]
  }

  private static let running: JSON = ["phase": "Running", "podIP": "10.0.0.7"]

  private func news(_ events: WatchEvent...) -> [WorkerPodNews] {
    var board = WorkerPodBoard()
    return events.flatMap { board.take($0) }
  }

  @Test func `an address is told when the pod runs, and once`() {
    let told = news(
      .added(Self.pod("1", ["phase": "Pending"])), .changed(Self.pod("1", ["phase": "Running"])),
      .changed(Self.pod("1", Self.running)), .complete, .changed(Self.pod("1", Self.running)))
    #expect(told == [.running(worker: "node0-1", address: "10.0.0.7")])
  }

  @Test func `trouble is told once, again when it is another or comes back`() {
    let told = news(
      .added(Self.pod("1", Self.waiting("ErrImagePull"))), .changed(Self.pod("1", Self.waiting("ErrImagePull"))),
      .changed(Self.pod("1", Self.waiting("ImagePullBackOff"))), .changed(Self.pod("1", Self.running)),
      .changed(Self.pod("1", Self.waiting("ImagePullBackOff"))))
    #expect(
      told == [
        .trouble(worker: "node0-1", reason: "ErrImagePull"), .trouble(worker: "node0-1", reason: "ImagePullBackOff"),
        .running(worker: "node0-1", address: "10.0.0.7"), .trouble(worker: "node0-1", reason: "ImagePullBackOff"),
      ])
  }

  @Test func `a pod that fails has ended, and its removal says nothing more`() {
    let failed = Self.pod("1", ["phase": "Failed", "reason": "Evicted", "message": "low on memory"])
    #expect(
      news(.added(Self.pod("1", Self.running)), .changed(failed), .removed(failed)) == [
        .running(worker: "node0-1", address: "10.0.0.7"),
        .ended(worker: "node0-1", reason: "Evicted: low on memory"),
      ])
  }

  @Test func `a pod that is made anew is another one`() {
    #expect(
      news(
        .added(Self.pod("1", Self.running)), .removed(Self.pod("1", Self.running)),
        .added(Self.pod("2", Self.running))) == [
          .running(worker: "node0-1", address: "10.0.0.7"), .ended(worker: "node0-1", reason: "it was deleted"),
          .running(worker: "node0-1", address: "10.0.0.7"),
        ])
  }

  private static func restarted(_ count: Int64, _ state: JSON) -> JSON {
    let end: JSON = ["terminated": ["exitCode": 3, "reason": "Error"]]
    return [
      "phase": "Running", "podIP": "10.0.0.7",
      "containerStatuses": [["state": state, "lastState": end, "restartCount": .integer(count)]],
    ]
  }

  @Test func `a container that was started again is told of, also when it runs already`() {
    let again = Self.pod("1", Self.restarted(1, ["running": .object([])]))
    #expect(
      news(.added(Self.pod("1", Self.running)), .changed(again), .changed(again)) == [
        .running(worker: "node0-1", address: "10.0.0.7"),
        .restarted(worker: "node0-1", reason: "its container ended: Error (exit code 3)"),
      ])
  }

  @Test func `what has gone between two watches is told at the end of the second one's list`() {
    var pods = WorkerPodBoard()
    pods.begin()
    _ = pods.take(.added(Self.pod("1", Self.running)))
    #expect(pods.take(.complete) == [])
    pods.begin()
    #expect(pods.take(.added(Self.pod("2", Self.running))) == [.running(worker: "node0-1", address: "10.0.0.7")])
    #expect(pods.take(.complete) == [.ended(worker: "node0-1", reason: "it was deleted")])
    #expect(pods.take(.complete) == [])
  }

  @Test func `a worker is gone when its Deployment is, whether the watch saw it go or not`() {
    func deployment(_ name: String) -> KubernetesObject {
      KubernetesObject(["metadata": ["name": .string(name), "uid": .string("uid-\(name)")]])
    }
    var board = DeploymentBoard()
    board.begin()
    for name in ["node0-1", "node0-2", "node0-3"] { #expect(board.take(.added(deployment(name))) == []) }
    #expect(board.take(.complete) == [])
    #expect(board.take(.removed(deployment("node0-1"))) == [.gone(worker: "node0-1")])
    board.begin()
    #expect(board.take(.added(deployment("node0-3"))) == [])
    #expect(board.take(.complete) == [.gone(worker: "node0-2")])
  }
}
