import Quantities
import Scheduling

/// How ServerlessLLM is set up for each experiment, on whichever cluster.
extension ServerlessLLMConfiguration {
  /// The published deployment for an experiment.
  ///
  /// - Parameters:
  ///   - hostPool: host memory for models of each worker pod.
  ///   - endToEndRouterPeriod: the pause of a model's load balancer in the end-to-end experiment, the one fitted number.
  init(for experiment: Experiment, hostPool: [ByteCount], endToEndRouterPeriod: Duration) {
    self.init(workerNodes: hostPool.count, hostPool: hostPool)
    if experiment == .endToEnd { routerPeriod = endToEndRouterPeriod }
  }
}

extension Configuration {
  /// ServerlessLLM's numbers for worker pods that run already.
  ///
  /// - Parameter poolSizes: what each worker is told of its host memory for models (`MEM_POOL_SIZE`); the set-up for the
  ///   cold-start experiment counts in GiB, the one for the end-to-end experiment in GB, like the spare memory that it is.
  public func serverlessLLM(for experiment: Experiment, poolSizes: [Int]) -> ServerlessLLMConfiguration {
    ServerlessLLMConfiguration(
      for: experiment,
      hostPool: poolSizes.map { experiment == .coldStart ? .gibibytes(Double($0)) : .gigabytes(Double($0)) },
      endToEndRouterPeriod: endToEnd.routerPeriod)
  }
}
