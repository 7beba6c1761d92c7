import ServingModel
import Testing

@testable import ClusterSimulation

@Suite struct EngineTests {
  private func request(_ id: RequestID, outputTokens: Int = 3) -> Request {
    Request(id: id, deployment: 0, promptTokens: 10, outputTokens: outputTokens)
  }

  /// An engine whose first requests, of three tokens each, have had their prefill.
  private func engine(running count: Int) -> Engine {
    var engine = Engine()
    for id in 1...count {
      engine.waiting.append(request(id))
      _ = engine.finishPrefill()
    }
    return engine
  }

  @Test func `an engine without requests has nothing to do`() {
    let engine = Engine()
    #expect(engine.isIdle)
    #expect(engine.nextStep() == nil)
  }

  @Test func `a prompt that waits goes before the decoding of others`() {
    var engine = engine(running: 1)
    #expect(engine.nextStep() == .decode)
    engine.waiting = [request(2), request(3)]
    #expect(engine.nextStep() == .prefill(2))
    let ended = engine.finishPrefill()
    #expect(ended.request.id == 2)
    #expect(!ended.isComplete)
    #expect(engine.nextStep() == .prefill(3))
    #expect(engine.running.map(\.request) == [1, 2])
  }

  @Test func `the prefill gives the first token, each decode one to everybody`() {
    var engine = engine(running: 2)
    #expect(engine.running.map(\.remainingTokens) == [2, 2])
    #expect(engine.finishDecode().isEmpty)
    #expect(engine.finishDecode() == [1, 2])
    #expect(engine.isIdle)
  }

  @Test func `an answer of one token is complete after its prefill`() {
    var engine = Engine()
    engine.waiting = [request(1, outputTokens: 1)]
    let ended = engine.finishPrefill()
    #expect(ended.isComplete)
    #expect(engine.isIdle)
  }

  @Test func `answers that end together are reported in the order in which they came`() {
    var engine = Engine()
    engine.waiting = [request(7, outputTokens: 2), request(3, outputTokens: 3), request(5, outputTokens: 2)]
    for _ in 0..<3 { _ = engine.finishPrefill() }
    #expect(engine.finishDecode() == [7, 5])
    #expect(engine.finishDecode() == [3])
  }

  @Test func `a client that leaves while its request is queued is never prefilled`() {
    var engine = engine(running: 1)
    engine.waiting = [request(2), request(3)]
    engine.drop(2)
    #expect(engine.nextStep() == .prefill(3))
    #expect(engine.running.map(\.request) == [1])
  }

  @Test func `a client that leaves while its answer is decoded gets no more tokens`() {
    var engine = engine(running: 2)
    engine.drop(1)
    #expect(engine.running.map(\.request) == [2])
    #expect(engine.finishDecode().isEmpty)
    #expect(engine.finishDecode() == [2])
  }

  @Test func `the last client to leave leaves the engine with nothing to do`() {
    var engine = engine(running: 1)
    engine.drop(1)
    #expect(engine.nextStep() == nil)
    #expect(engine.finishDecode().isEmpty)
  }
}

/// Decode steps that are alike are only counted; what they did must be there whenever somebody looks.
@Suite struct LikeStepsTests {
  /// An engine that decodes two requests with 3 and 5 tokens left, in steps of 7 ns.
  private var engine: Engine {
    var engine = Engine()
    for (id, tokens) in [(1, 4), (2, 6)] {
      engine.waiting.append(Request(id: id, deployment: 0, promptTokens: 10, outputTokens: tokens))
      _ = engine.finishPrefill()
    }
    engine.beginLikeSteps(nanoseconds: 7)
    return engine
  }

  @Test func `steps repeat until the one that ends an answer`() {
    var engine = engine
    #expect(engine.repeatDecode() == 7)
    #expect(engine.repeatDecode() == 7)
    #expect(engine.repeatDecode() == nil)
    #expect(engine.finishDecode() == [1])
    #expect(engine.running.map(\.remainingTokens) == [2])
  }

  @Test func `a request that arrives ends the repetition, and no step is forgotten`() {
    var engine = engine
    #expect(engine.repeatDecode() == 7)
    engine.waiting.append(Request(id: 3, deployment: 0, promptTokens: 10, outputTokens: 4))
    #expect(engine.running.map(\.remainingTokens) == [2, 4])
    #expect(engine.repeatDecode() == nil)
    #expect(engine.finishDecode().isEmpty)
    #expect(engine.running.map(\.remainingTokens) == [1, 3])
  }

  @Test func `a client that leaves ends the repetition, and no step is forgotten`() {
    var engine = engine
    #expect(engine.repeatDecode() == 7)
    engine.drop(1)
    #expect(engine.repeatDecode() == nil)
    #expect(engine.running.map(\.remainingTokens) == [4])
  }

  @Test func `a change of tenants ends the repetition, and no step is forgotten`() {
    var engine = engine
    #expect(engine.repeatDecode() == 7)
    engine.endLikeSteps()
    #expect(engine.repeatDecode() == nil)
    #expect(engine.finishDecode().isEmpty)
    #expect(engine.running.map(\.remainingTokens) == [1, 3])
  }

  @Test func `nothing repeats while a prompt waits`() {
    var engine = engine
    engine.waiting.append(Request(id: 3, deployment: 0, promptTokens: 10, outputTokens: 4))
    engine.beginLikeSteps(nanoseconds: 7)
    #expect(engine.repeatDecode() == nil)
  }
}
