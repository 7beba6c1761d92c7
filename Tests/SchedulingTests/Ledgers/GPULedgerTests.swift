import Quantities
import Scheduling
import Testing

@Suite struct GPULedgerTests {
  @Test func `a leftover of 6 GB goes to the worker and one of 7 GB does not`() {
    var ledger = GPULedger(gpusPerNode: [(count: 1, memoryGB: 22)])
    #expect(ledger.claim(nodes: [0], memoryGB: [16])?[0].heldGB == 22)
    ledger = GPULedger(gpusPerNode: [(count: 1, memoryGB: 22)])
    #expect(ledger.claim(nodes: [0], memoryGB: [15])?[0].heldGB == 15)
    #expect(ledger.freestGB() == [7])
  }

  @Test func `the tightest GPU that fits is taken`() {
    var ledger = GPULedger(gpusPerNode: [(count: 3, memoryGB: 32)])
    let taken = [12, 14, 12, 20].map { ledger.claim(nodes: [0], memoryGB: [$0])?[0].gpu }
    #expect(taken == [0, 0, 1, 1])
    #expect(ledger.freeGB == [[0, 0, 32]])
  }

  @Test func `a claim that fails half way gives everything back but reuses no pod name`() {
    var ledger = GPULedger(gpusPerNode: [(count: 1, memoryGB: 32), (count: 1, memoryGB: 14)])
    #expect(ledger.claim(nodes: [0, 1], memoryGB: [18, 18]) == nil)
    #expect(ledger.freeGB == [[32], [14]])
    #expect(ledger.claim(nodes: [0], memoryGB: [18])?[0].podName == "node0-1")
  }

  @Test(arguments: UInt64(0)..<100)
  func `memory is never overbooked and releasing everything returns to the start`(seed: UInt64) {
    var random = RandomStream(seed: seed, purpose: "GPU ledger")
    let sizes = (0..<4).map { _ in [14, 22, 32].randomElement(using: &random) ?? 22 }
    let counts = (0..<4).map { _ in Int.random(in: 0...4, using: &random) }
    let nodes = zip(counts, sizes).map { (count: $0, memoryGB: $1) }
    var ledger = GPULedger(gpusPerNode: nodes)
    let start = ledger.freeGB
    var held: [[GPUClaim]] = []
    var names: [String] = []
    for _ in 0..<80 {
      if held.isEmpty || Int.random(in: 0..<3, using: &random) > 0 {
        let stages = (0..<Int.random(in: 1...4, using: &random)).map { _ in Int.random(in: 0..<4, using: &random) }
        let memory = stages.map { _ in Int.random(in: 1...32, using: &random) }
        if let claims = ledger.claim(nodes: stages, memoryGB: memory) {
          held.append(claims)
          names += claims.map(\.podName)
        }
      } else {
        ledger.release(held.remove(at: .random(in: held.indices, using: &random)))
      }
      for (node, free) in ledger.freeGB.enumerated() {
        for (gpu, memory) in free.enumerated() {
          let used = held.joined().filter { $0.node == node && $0.gpu == gpu }.map(\.heldGB).reduce(0, +)
          #expect(memory >= 0 && memory + used == sizes[node])
        }
      }
      #expect(ledger.freestGB() == ledger.freeGB.map { $0.max() ?? 0 })
    }
    #expect(Set(names).count == names.count)
    for claims in held { ledger.release(claims) }
    #expect(ledger.freeGB == start)
  }
}
