import Quantities
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
      _ = engine.finishPrefill(at: 0)
    }
    return engine
  }

  private func next(_ engine: inout Engine) -> Engine.Step? {
    engine.nextStep()
  }

  @Test func `an engine without requests has nothing to do`() {
    var engine = Engine()
    #expect(engine.isIdle)
    let step = engine.nextStep()
    #expect(step == nil)
  }

  @Test func `a prompt that waits goes before the decoding of others`() {
    var engine = engine(running: 1)
    #expect(next(&engine) == .decode)
    engine.waiting = [request(2), request(3)]
    #expect(next(&engine) == .prefill(2))
    let ended = engine.finishPrefill(at: 0)
    #expect(ended == .firstToken(2, isComplete: false))
    #expect(next(&engine) == .prefill(3))
    #expect(engine.running.map(\.request) == [1, 2])
  }

  @Test func `the prefill gives the first token, each decode one to everybody`() {
    var engine = engine(running: 2)
    #expect(engine.running.map(\.remainingTokens) == [2, 2])
    #expect(engine.finishDecode(at: 0).isEmpty)
    #expect(engine.finishDecode(at: 0) == [1, 2])
    #expect(engine.isIdle)
  }

  @Test func `an answer of one token is complete after its prefill`() {
    var engine = Engine()
    engine.waiting = [request(1, outputTokens: 1)]
    let ended = engine.finishPrefill(at: 0)
    #expect(ended == .firstToken(1, isComplete: true))
    #expect(engine.isIdle)
  }

  @Test func `answers that end together are reported in the order in which they came`() {
    var engine = Engine()
    engine.waiting = [request(7, outputTokens: 2), request(3, outputTokens: 3), request(5, outputTokens: 2)]
    for _ in 0..<3 { _ = engine.finishPrefill(at: 0) }
    #expect(engine.finishDecode(at: 0) == [7, 5])
    #expect(engine.finishDecode(at: 0) == [3])
  }

  @Test func `a client that leaves while its request is queued is never prefilled`() {
    var engine = engine(running: 1)
    engine.waiting = [request(2), request(3)]
    engine.drop(2)
    #expect(next(&engine) == .prefill(3))
    #expect(engine.running.map(\.request) == [1])
  }

  @Test func `a client that leaves while its answer is decoded gets no more tokens`() {
    var engine = engine(running: 2)
    engine.drop(1)
    #expect(engine.running.map(\.request) == [2])
    #expect(engine.finishDecode(at: 0).isEmpty)
    #expect(engine.finishDecode(at: 0) == [2])
  }

  @Test func `the last client to leave leaves the engine with nothing to do`() {
    var engine = engine(running: 1)
    engine.drop(1)
    #expect(next(&engine) == nil)
    #expect(engine.heldTokens == 0)
  }

  // MARK: The KV cache. A request here has a prompt of 10 tokens; after its prefill it holds 11.

  @Test func `a prompt waits until the cache has room for it and one more token of everybody`() {
    var engine = engine(running: 1)
    engine.waiting = [request(2)]
    engine.capacityTokens = 11 + 10 + 2
    #expect(next(&engine) == .prefill(2))
    engine.capacityTokens -= 1
    #expect(next(&engine) == .decode)
  }

  @Test func `a prompt larger than the cache runs when it is alone`() {
    var engine = Engine()
    engine.capacityTokens = 5
    engine.waiting = [request(1)]
    #expect(next(&engine) == .prefill(1))
    _ = engine.finishPrefill(at: 0)
    #expect(next(&engine) == .decode)
    _ = engine.finishDecode(at: 0)
    #expect(engine.finishDecode(at: 0) == [1])
    #expect(engine.isIdle)
  }

  @Test func `when the cache is full the youngest request is put back and computed again`() {
    var engine = engine(running: 2)
    engine.capacityTokens = 23
    // 22 tokens are held and both would add one, so the second gives back its 11.
    #expect(next(&engine) == .decode)
    #expect(engine.running.map(\.request) == [1])
    #expect(engine.heldTokens == 11)
    #expect(engine.finishDecode(at: 0).isEmpty)
    // 12 tokens and 11 to be computed again, with one more for each, are 25: no room until the first has ended.
    #expect(next(&engine) == .decode)
    #expect(engine.finishDecode(at: 0) == [1])
    engine.step = next(&engine)
    #expect(engine.step == .prefill(2))
    #expect(engine.prefillTokens == 11)
    #expect(engine.finishPrefill(at: 0) == .resumed)
    #expect(engine.running.map(\.remainingTokens) == [2])
  }

  @Test func `a request that was put back goes before those that wait`() {
    var engine = engine(running: 2)
    engine.capacityTokens = 23
    _ = next(&engine)
    engine.waiting = [request(3)]
    engine.capacityTokens = 100
    #expect(next(&engine) == .prefill(2))
    engine.drop(2)
    #expect(next(&engine) == .prefill(3))
  }

  @Test(arguments: UInt64(0)..<50)
  func `the cache is never over-full while several requests run, and every answer is given once`(seed: UInt64) {
    var random = RandomStream(seed: seed, purpose: "engine")
    var engine = Engine()
    engine.capacityTokens = 20 + random.uniform(below: 60)
    var lengths: [RequestID: Int] = [:]
    var ended: [RequestID] = []
    for id in 1...20 {
      lengths[id] = 1 + random.uniform(below: 12)
      engine.waiting.append(request(id, outputTokens: lengths[id] ?? 1))
    }
    while let step = next(&engine) {
      engine.step = step
      switch step {
      case .prefill:
        if case .firstToken(let id, isComplete: true) = engine.finishPrefill(at: 0) { ended.append(id) }
      case .decode: ended += engine.finishDecode(at: 0)
      }
      let held = engine.running.reduce(0) { $0 + $1.heldTokens }
      #expect(engine.heldTokens == held)
      #expect(engine.running.count < 2 || held <= engine.capacityTokens)
    }
    #expect(ended.sorted() == Array(1...20))
  }
}

/// Decode steps that are alike are only counted; what they did must be there whenever somebody looks.
@Suite struct LikeStepsTests {
  /// An engine that decodes two requests with 3 and 5 tokens left, in steps of 7 ns.
  private var engine: Engine {
    var engine = Engine()
    for (id, tokens) in [(1, 4), (2, 6)] {
      engine.waiting.append(Request(id: id, deployment: 0, promptTokens: 10, outputTokens: tokens))
      _ = engine.finishPrefill(at: 0)
    }
    engine.beginLikeSteps(nanoseconds: 7, at: 0)
    return engine
  }

  @Test func `steps repeat until the one that ends an answer`() {
    var engine = engine
    #expect(engine.repeatDecode() == 7)
    #expect(engine.repeatDecode() == 7)
    #expect(engine.repeatDecode() == nil)
    #expect(engine.finishDecode(at: 0) == [1])
    #expect(engine.running.map(\.remainingTokens) == [2])
  }

  @Test func `a request that arrives ends the repetition, and no step is forgotten`() {
    var engine = engine
    #expect(engine.repeatDecode() == 7)
    engine.waiting.append(Request(id: 3, deployment: 0, promptTokens: 10, outputTokens: 4))
    #expect(engine.running.map(\.remainingTokens) == [2, 4])
    #expect(engine.repeatDecode() == nil)
    #expect(engine.finishDecode(at: 0).isEmpty)
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
    #expect(engine.finishDecode(at: 0).isEmpty)
    #expect(engine.running.map(\.remainingTokens) == [1, 3])
  }

  @Test func `steps repeat only while the cache has room for the next token of everybody`() {
    var engine = engine
    engine.capacityTokens = 27
    // Prompts of 10 tokens and a first token each are 22; the steps to 24 and to 26 find room, the one to 28 does not.
    engine.beginLikeSteps(nanoseconds: 7, at: 0)
    #expect(engine.heldTokens == 22)
    #expect(engine.repeatDecode() == 7)
    #expect(engine.heldTokens == 24)
    #expect(engine.repeatDecode() == nil)
    #expect(engine.finishDecode(at: 0).isEmpty)
    #expect(engine.heldTokens == 26)
    #expect(engine.nextStep() == .decode)
    #expect(engine.running.map(\.request) == [1])
  }

  @Test func `a prompt that finds no room does not end the repetition`() {
    var engine = engine
    engine.capacityTokens = 32
    engine.waiting.append(Request(id: 3, deployment: 0, promptTokens: 10, outputTokens: 4))
    #expect(engine.nextStep() == .decode)
    engine.beginLikeSteps(nanoseconds: 7, at: 0)
    #expect(engine.repeatDecode() == 7)
    #expect(engine.repeatDecode() == 7)
    #expect(engine.repeatDecode() == nil)
    #expect(engine.finishDecode(at: 0) == [1])
    #expect(engine.nextStep() == .prefill(3))
  }
}
