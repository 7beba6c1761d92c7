import Quantities

/// Between 1 and 40 numbers from 0 to 100, of which some are equal.
func randomValues(seed: UInt64, purpose: String = "values", count: Int? = nil) -> [Double] {
  var random = RandomStream(seed: seed, purpose: purpose)
  let count = count ?? Int.random(in: 1...40, using: &random)
  return (0..<count).map { _ in Double(Int.random(in: 0...400, using: &random)) / 4 }
}
