import Quantities
import Scheduling
import Testing

@Suite struct CostAccountTests {
  @Test func `memory costs as long as it is held`() {
    var account = CostAccount()
    account.add(memoryGB: [10, 20], at: 100)
    account.remove(memoryGB: [20], at: 102)
    account.remove(memoryGB: [10], at: 105)
    #expect(account.cost(at: 105) == 90_000)  // 20 GB · 2 s + 10 GB · 5 s
    account.add(memoryGB: [1], at: 200)
    #expect(account.cost(at: 203) == 93_000)  // the pause costs nothing
  }

  @Test(arguments: UInt64(0)..<50)
  func `the cost is the area under the memory held`(seed: UInt64) {
    var random = RandomStream(seed: seed, purpose: "cost account")
    var account = CostAccount()
    var held: [Int] = []
    var area = 0.0
    var time = 1000.0
    for _ in 0..<100 {
      let step = Double.random(in: 0...10, using: &random)
      area += Double(held.reduce(0, +)) * step * 1000
      time += step
      if held.isEmpty || Bool.random(using: &random) {
        held.append(Int.random(in: 1...32, using: &random))
        account.add(memoryGB: [held[held.count - 1]], at: time)
      } else {
        account.remove(memoryGB: [held.removeLast()], at: time)
      }
      #expect(abs(account.cost(at: time) - area) <= 1e-9 * area + 1e-3)
    }
  }
}
