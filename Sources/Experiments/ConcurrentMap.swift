/// Maps some inputs, several at a time, gathered in their order.
///
/// - Parameter report: told how many are done, one at a time.
package func concurrentMap<Input: Sendable, Output: Sendable>(
  _ inputs: [Input], jobs: Int, report: (_ done: Int, _ of: Int) -> Void,
  _ work: @escaping @Sendable (Input) throws -> Output
) async throws -> [Output] {
  try await withThrowingTaskGroup(of: (Int, Output).self) { group in
    var outputs = [Output?](repeating: nil, count: inputs.count)
    var next = 0
    func add() {
      guard next < inputs.count else { return }
      let (position, input) = (next, inputs[next])
      group.addTask { (position, try work(input)) }
      next += 1
    }
    for _ in 0..<jobs { add() }
    var done = 0
    while let (position, output) = try await group.next() {
      outputs[position] = output
      done += 1
      report(done, inputs.count)
      add()
    }
    return outputs.compactMap { $0 }
  }
}
