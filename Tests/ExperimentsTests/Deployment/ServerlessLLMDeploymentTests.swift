import Quantities
import Scheduling
import Testing

@testable import Experiments

/// Worker pods that run already are taken for what the simulated deployment gives its workers.
@Suite struct ServerlessLLMDeploymentTests {
  @Test(arguments: [("a10", 16), ("v100", 27)])
  func `pods of the cold-start experiment count GiB`(backend: String, pool: Int) throws {
    let configuration = try Configuration.load(userFile: nil)
    let taken = configuration.serverlessLLM(for: .coldStart, poolSizes: [pool])
    #expect(taken.hostPool == [try configuration.backend(backend).serverlessLLMPool])
    #expect(taken.workerNodes == 1 && taken.routerPeriod == .seconds(1))
  }

  @Test func `pods of the end-to-end experiment count GB, and the load balancer has the fitted pause`() throws {
    let configuration = try Configuration.load(userFile: nil)
    let deployment = try ServingDeployment(
      endToEnd: EndToEndSetting(system: .serverlessLLM, cv: 8, requestsPerSecond: 0.6), configuration: configuration)
    // floor(0.9 × memory) − (GPU memory + 4) × 4 − 5 GB of the two A10 and the four V100 servers.
    let pools = [567, 567, 182, 182, 182, 182]
    let taken = configuration.serverlessLLM(for: .endToEnd, poolSizes: pools)
    #expect(taken.hostPool == pools.map { .gigabytes(Double($0)) })
    #expect(taken.hostPool == deployment.agentMemory)
    #expect(taken.routerPeriod == configuration.endToEnd.routerPeriod)
  }
}
