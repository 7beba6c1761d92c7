import Quantities
import ServingModel

/// The numbers of the ServerlessLLM baseline as the published experiments deploy it.
///
/// - Source: the public ServerlessLLM serving loops (periods, round robin, keep-alive in loop rounds) and the published
///   artifact's deployment of it (target 8, keep-alive 30 s, host-memory pools).
public struct ServerlessLLMConfiguration: Sendable {
  /// How many of the GPU servers, from the first, run a worker pod.
  ///
  /// The published cold-start experiment starts a single one, so that the model loaded between measurements lands on
  /// the node of the measured model and evicts it.
  public var workerNodes: Int
  /// Host memory of each worker pod for models.
  public var hostPool: [ByteCount]
  /// Requests that an instance takes at a time, and the concurrency the autoscaler aims for.
  public var concurrencyTarget = 8
  /// Rounds of the autoscaler without an arrival before an instance that is not wanted ends; a round a second.
  public var keepAliveRounds = 30
  /// Period of the loops that scale and place instances.
  public var autoscalerPeriod = Duration.seconds(1)
  /// Pause of a model's load balancer before it looks for an instance for the next request.
  public var routerPeriod = Duration.seconds(1)
  /// Pause of the load balancer after an instance that had no room.
  public var routerBackOff = Duration.seconds(1)
  /// The rate at which the placement estimate assumes host memory is copied to a GPU.
  public var hostToGPUEstimate = Bandwidth.gigabytesPerSecond(6)
  /// Cold starts of a model that may fail one after the other before its waiting requests are answered with an error.
  public var maxConsecutiveFailures = 3

  /// The published numbers for a number of worker nodes and their host-memory pools, one for each of those nodes.
  ///
  /// - Precondition: there is a pool for every worker node.
  public init(workerNodes: Int, hostPool: [ByteCount]) {
    precondition(hostPool.count == workerNodes, "one host-memory pool for every worker node")
    self.workerNodes = workerNodes
    self.hostPool = hostPool
  }
}
