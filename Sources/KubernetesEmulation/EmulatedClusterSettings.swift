import Glibc
import HTTPServing
import PodEmulation

/// What an emulated cluster is like.
public struct EmulatedClusterSettings: Sendable {
  /// The machines.
  public var nodes: [EmulatedNode] = []
  /// The port on 127.0.0.1; 0 takes a free one.
  public var port = 0
  /// The users and what they may do; one administrator with ``EmulatedCluster/token`` if `nil`.
  public var access: APIAccess?
  /// Whether clients without credentials are taken for the administrator; kubectl sends no token over plain HTTP.
  public var admitsAnonymous = false
  /// How many times faster than reality its pods are, which each node says in an annotation.
  public var timeScale = 1.0
  /// By how much there is less of all bytes, which each node says, too.
  public var byteScale = 1.0
  /// The images that each node says it has.
  public var images: [String] = []
  /// What makes connections secure; plain HTTP without.
  public var security: HTTPSecurity?
  /// What goes wrong with requests.
  public var faults: FaultPlan?
  /// What pods do.
  public var runner: PodRunner = { _ in .idles }
  /// What commands in pods do; there are no programs unless it is said.
  public var execute: PodExecutor = { .notFound($0) }
  /// Where the machines and their pods are; on loopback addresses if `nil`.
  public var network: PodNetwork?
  /// Called with every process of a pod that has been started; one for which it throws is ended, and the pod fails.
  public var started: @Sendable (RunningPod) throws -> Void = { _ in }
  /// The folder of the pods' logs; it exists. No logs are kept without.
  public var logs: String?
  /// The version of Kubernetes that the server says it is.
  public var version = APIVersion(minor: 32)
  /// Identifiers and generated names come from it.
  public var seed: UInt64 = 1
  /// Seconds since 1970.
  public var now: @Sendable () -> Int64 = { Int64(time(nil)) }
  /// How many changes of each kind are kept for watches.
  public var longestHistory = 1000
  /// How many `Event` objects are kept.
  public var mostEvents = 2000
  /// From a node's new isolation label to its new resources; never if `nil`.
  public var gpuModeSwitching: Duration? = .milliseconds(500)
  /// How often a watch that wants bookmarks gets one.
  public var bookmarkInterval = Duration.seconds(10)
  /// How long a list can be continued, in seconds.
  public var continueLifetime = 300
  /// From a pod's arrival on its node until its container runs.
  public var podStart = Duration.zero
  /// From the order to delete a pod until it has gone, at least: what a node takes to end one.
  public var podEnd = Duration.zero
  /// The pause before a container that has ended is started again; it doubles up to thirty times as much.
  public var restartDelay = Duration.seconds(10)
  /// The pause of a job after its first failed pod; it doubles with every other.
  public var jobBackOff = Duration.seconds(10)

  /// A cluster without machines.
  public init() {}
}
