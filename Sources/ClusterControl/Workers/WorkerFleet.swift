import NIOCore
import Quantities
import Scheduling
import ServingModel
import WireProtocols

/// The workers of a live cluster and their instances, spoken to in the published images' protocols, wherever they run.
///
/// A cluster makes and ends the pods; what it knows of them it enters here: where a worker is, and that it has ended. It
/// lives on the controller's event loop.
final class WorkerFleet {
  /// A worker's pod.
  struct Worker {
    let name: String
    let node: Int
    let rank: Int
    /// When it was ordered.
    let createdAt: Timestamp
    /// The instance that it serves.
    var instance: InstanceID
    /// Where it is spoken to, once that is known.
    var address: WorkerAddress?
    /// Where the other workers of its instance find it.
    var peerAddress = ""
    var isDeleted = false
    var hasEnded = false
  }

  /// The workers of an instance.
  struct Instance {
    let deployment: DeploymentIndex
    /// In rank order.
    var workers: [WorkerID]
    /// Whether its first worker still works as a stage.
    var isPipeline: Bool
    var isGone = false
  }

  /// What the protocols need to know of a cluster.
  struct Settings {
    let deployments: [ModelDeployment]
    /// How long the answer is to a request that does not say.
    let usualAnswerTokens: Int
    /// How long it may take from a worker's address until it listens, in real time.
    let listeningLimit: TimeAmount
    /// How long the second sign of a worker's end is waited for after the first, in real time.
    let deathPatience: TimeAmount
    /// Where the storage agent of a node is; `nil` while that is not known.
    let agentAddress: (_ node: Int) -> WorkerAddress?
  }

  let settings: Settings
  let eventLoop: any EventLoop
  let clock: LiveClock
  let requests: ForwardedRequests
  var workers: [WorkerID: Worker] = [:]
  var instances: [InstanceID: Instance] = [:]
  private let report: (ClusterReport) -> Void
  private(set) var isStopping = false

  init(
    settings: Settings, clock: LiveClock, eventLoop: any EventLoop, report: @escaping (ClusterReport) -> Void
  ) {
    self.settings = settings
    self.clock = clock
    self.eventLoop = eventLoop
    self.report = report
    requests = ForwardedRequests(eventLoop: eventLoop, patience: settings.deathPatience)
    requests.tell = { [weak self] in self?.tell($0) }
  }

  /// Reports nothing any more.
  func stop() {
    isStopping = true
  }

  /// Reports something, after whatever is going on.
  func tell(_ item: ClusterReport) {
    eventLoop.assumeIsolated().execute { [self] in
      if !isStopping { report(item) }
    }
  }

  /// Enters an instance whose workers are being made.
  func add(_ instance: InstanceID, _ deployment: DeploymentIndex, workers: [WorkerID]) {
    instances[instance] = Instance(deployment: deployment, workers: workers, isPipeline: workers.count > 1)
  }

  /// Where a worker is spoken to, if it is there.
  func address(of worker: WorkerID) -> WorkerAddress? {
    guard let worker = workers[worker], !worker.hasEnded else { return nil }
    return worker.address
  }

  /// A worker has ended. If nobody wanted that, its instance has died and its requests look for another.
  func ended(_ worker: WorkerID, _ reason: String) {
    guard let known = workers[worker], !known.hasEnded, !isStopping else { return }
    workers[worker]?.hasEnded = true
    guard !known.isDeleted else { return }
    fail(known.instance, reason)
  }

  /// Reports the death of an instance, then its requests.
  func fail(_ instance: InstanceID, _ reason: String) {
    guard instances[instance]?.isGone != true else { return }
    instances[instance]?.isGone = true
    tell(.event(.instanceFailed(instance, reason: reason)))
    requests.lose(all: instance, reason: reason)
  }

  /// Takes workers out of an instance. One that is left to serve alone is told before the others go.
  ///
  /// - Parameter end: called with the workers whose pods are to go now.
  func delete(_ leaving: [WorkerID], of instance: InstanceID, end: @escaping ([WorkerID]) -> Void) {
    let kept = instances[instance]?.workers.filter { !leaving.contains($0) } ?? []
    for worker in leaving { workers[worker]?.isDeleted = true }
    instances[instance]?.workers = kept
    guard let first = kept.first, instances[instance]?.isPipeline == true, workers[first]?.rank == 0 else {
      if kept.isEmpty { instances[instance]?.isGone = true }
      return end(leaving)
    }
    instances[instance]?.isPipeline = false
    post(WorkerMigration(requestCount: 0).body, to: WorkerMigration.path, at: first) { [self] failure in
      if let failure { fail(instance, failure) }
      end(leaving)
    }
  }
}
