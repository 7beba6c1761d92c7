import Quantities
import ServingModel
import Testing

@testable import Scheduling

/// When ServerlessLLM starts and ends instances, and where. A round is a second, the target 8 requests an instance, the
/// keep-alive 30 rounds.
@Suite struct ServerlessLLMAutoscalerTests {
  typealias Start = ServerlessLLMDriver.Start
  typealias Deletion = ServerlessLLMDriver.Deletion

  @Test func `rounds lie on a grid from the start, whenever requests come`() {
    var driver = ServerlessLLMDriver()
    driver.arrive(1...1, at: 0.3)
    #expect(driver.timerTimes(.autoscaler) == [1])
    #expect(driver.starts.isEmpty)
    driver.advance(to: 3.9)
    #expect(driver.timerTimes(.autoscaler) == [1, 2, 3, 4])
    #expect(driver.starts == [Start(second: 1, instance: 0)])
  }

  @Test func `a request at the moment of a round is seen by the next`() {
    var driver = ServerlessLLMDriver()
    driver.arrive(1...1, at: 2)
    #expect(driver.timerTimes(.autoscaler) == [3])
  }

  @Test func `a cluster that is started late has its grid from then`() {
    var driver = ServerlessLLMDriver()
    driver.send(.started, at: 0.4)
    driver.arrive(1...1, at: 1.5)
    #expect(driver.timerTimes(.autoscaler) == [2.4])
  }

  @Test func `a model starts one instance a round, up to one for every eight requests`() {
    var driver = ServerlessLLMDriver()
    driver.arrive(1...17, at: 0.5)
    driver.advance(to: 10)
    // ⌈17 / 8⌉ = 3, in rounds 1, 2 and 3; the first fetches, the others find the model in host memory.
    #expect(
      driver.starts == [
        Start(second: 1, instance: 0), Start(second: 2, instance: 1, source: .hostMemory),
        Start(second: 3, instance: 2, source: .hostMemory),
      ])
  }

  @Test(arguments: [1, 7, 8, 9, 16, 17, 24, 25])
  func `as many instances start as there are eights of requests, begun ones counted`(requests: Int) {
    var driver = ServerlessLLMDriver()
    driver.arrive(1...requests, at: 0.5)
    driver.advance(to: 10)
    #expect(driver.starts.count == (requests + 7) / 8)
  }

  @Test func `every model starts one in the same round, in the order in which they became active`() {
    var driver = ServerlessLLMDriver(models: [10, 5, 4])
    for model in [2, 0, 1] { driver.arrive(model + 1...model + 1, model: model, at: 0.5) }
    driver.advance(to: 1)
    #expect(driver.starts.map(\.model) == [2, 0, 1])
    #expect(driver.starts.allSatisfy { $0.second == 1 })
  }

  // MARK: Keep-alive

  /// One instance that has answered one request at 7 s, and the driver at that moment.
  private var answered: ServerlessLLMDriver {
    var driver = ServerlessLLMDriver()
    driver.arrive(1...1, at: 0.5)
    driver.send(.podsHaveAddresses(0), at: 2)
    driver.send(.workerInitialised(0, rank: 0), at: 4.2)
    driver.send(.requestFinished(1, tokens: 10), at: 7.5)
    return driver
  }

  @Test func `an instance ends after thirty rounds without a wish for it`() {
    var driver = answered
    driver.advance(to: 37.9)
    #expect(driver.deletions.isEmpty)  // rounds 8 … 37 count to thirty
    driver.advance(to: 38)
    #expect(driver.deletions == [Deletion(second: 38, instance: 0)])
    #expect(driver.plane.gpus.freeGB == [[0, 24, 24, 24]])
    driver.send(.podsGone(0, workers: [0]), at: 40)
    #expect(driver.plane.gpus.freeGB == [[24, 24, 24, 24]])
    driver.advance(to: 60)
    #expect(driver.timerTimes(.autoscaler).last == 38)  // the round that ended it left nothing to look at
  }

  @Test func `an arrival begins the count of the keep-alive anew`() {
    var driver = answered
    driver.arrive(2...2, at: 30.2)
    driver.advance(to: 31.2)  // the router's pause
    driver.send(.requestFinished(2, tokens: 10), at: 31.5)
    driver.advance(to: 61.9)
    #expect(driver.deletions.isEmpty)  // rounds 32 … 61 count to thirty
    driver.advance(to: 62)
    #expect(driver.deletions == [Deletion(second: 62, instance: 0)])
  }

  @Test func `an instance that runs a request does not end, the youngest idle one does`() {
    var driver = ServerlessLLMDriver()
    driver.arrive(1...9, at: 0.5)
    driver.advance(to: 2)
    for instance in 0...1 { driver.send(.workerInitialised(instance, rank: 0), at: 4.2) }
    driver.advance(to: 20)
    for request in 2...9 { driver.send(.requestFinished(request, tokens: 10), at: 20.5) }
    #expect(driver.forwarded.first?.instance == 0)
    driver.advance(to: 200)
    // Rounds 21 … 50 count to thirty; round 51 ends the instance without requests. The one with request 1 is wanted.
    #expect(driver.deletions == [Deletion(second: 51, instance: 1)])
  }

  @Test func `after one instance has ended the next waits for another thirty rounds`() {
    var driver = ServerlessLLMDriver()
    driver.arrive(1...9, at: 0.5)
    driver.advance(to: 2)
    for instance in 0...1 { driver.send(.workerInitialised(instance, rank: 0), at: 4.2) }
    driver.advance(to: 20)
    for request in 1...9 { driver.send(.requestFinished(request, tokens: 10), at: 20.5) }
    driver.advance(to: 200)
    #expect(driver.deletions == [Deletion(second: 51, instance: 1), Deletion(second: 82, instance: 0)])
  }

  // MARK: Placement

  @Test func `a model in a node's host memory goes there before a faster node`() {
    var driver = ServerlessLLMDriver(nodeGPUs: [1, 1], models: [10], gbps: [16, 32])
    driver.arrive(1...9, at: 0.5)
    driver.advance(to: 1)
    // Fetched in 10 / 4 = 2.5 s on node 1, in 5 s on node 0.
    #expect(driver.starts == [Start(second: 1, instance: 0, node: 1)])
    driver.send(.instanceFailed(0, reason: "The pod was evicted."), at: 1.2)
    driver.send(.podsGone(0, workers: [0]), at: 1.4)
    driver.advance(to: 2)
    // Host memory to GPU takes 10 / 6 = 1.7 s, and is looked for first.
    #expect(driver.starts.last == Start(second: 2, instance: 1, node: 1, source: .hostMemory))
  }

  @Test func `a node whose fetches are not done promises a later load`() {
    var driver = ServerlessLLMDriver(nodeGPUs: [2, 2], models: [10, 9, 8])
    for model in 0...2 { driver.arrive(model + 1...model + 1, model: model, at: 0.5) }
    driver.advance(to: 1)
    // 16 Gbps are 2 GB/s: the first on node 0 until 6 s; the second is faster on node 1, until 5.5 s; the third follows it.
    #expect(driver.starts.map(\.node) == [0, 1, 1])
  }

  @Test func `host memory gives way in the order of use`() {
    var driver = ServerlessLLMDriver(nodeGPUs: [3], models: [6, 7, 5], poolGB: 15)
    driver.arrive(1...1, model: 0, at: 0.5)
    driver.arrive(2...2, model: 1, at: 1.5)
    driver.advance(to: 2)
    #expect(driver.plane.modelsInHostMemory(ofNode: 0) == ["model-0/0", "model-1/0"])
    driver.send(.instanceFailed(0, reason: "The pod was evicted."), at: 2.2)
    driver.send(.podsGone(0, workers: [0]), at: 2.4)
    driver.advance(to: 3)  // starts again, from host memory: now model 1 is the one not used for longest
    #expect(driver.starts.last == Start(second: 3, instance: 2, source: .hostMemory))
    driver.arrive(3...3, model: 2, at: 3.5)
    driver.advance(to: 4)
    #expect(driver.plane.modelsInHostMemory(ofNode: 0) == ["model-0/0", "model-2/0"])
    #expect(driver.starts.last == Start(second: 4, instance: 3, model: 2))
  }

  @Test func `a model larger than the pool is fetched each time`() {
    var driver = ServerlessLLMDriver(models: [16], poolGB: 15)
    driver.arrive(1...9, at: 0.5)
    driver.advance(to: 2)
    #expect(driver.starts.map(\.source) == [.remoteStorage, .remoteStorage])
    #expect(driver.plane.modelsInHostMemory(ofNode: 0).isEmpty)
  }

  @Test func `an instance without a GPU waits for one, the oldest first`() {
    var driver = ServerlessLLMDriver(nodeGPUs: [1], models: [10, 5, 4])
    for model in 0...2 { driver.arrive(model + 1...model + 1, model: model, at: 0.5) }
    driver.advance(to: 3)
    #expect(driver.starts.map(\.model) == [0])
    driver.send(.workerInitialised(0, rank: 0), at: 3.5)
    driver.advance(to: 5)
    driver.send(.requestFinished(1, tokens: 10), at: 5.5)
    driver.advance(to: 36)
    #expect(driver.deletions == [Deletion(second: 36, instance: 0)])  // rounds 6 … 35 count to thirty
    driver.advance(to: 37.9)
    #expect(driver.starts.count == 1)  // its pods are not gone yet
    driver.send(.podsGone(0, workers: [0]), at: 38)
    driver.advance(to: 39)
    #expect(driver.starts.last == Start(second: 39, instance: 1, model: 1))
    #expect(driver.starts.count == 2)
  }
}
