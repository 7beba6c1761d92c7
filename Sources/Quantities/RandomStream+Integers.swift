extension RandomStream {
  /// A uniform whole number of 0..<bound, the same on every machine and with every compiler.
  ///
  /// The standard library's `Int.random(in:using:)` would do, but reserves the right to change how it uses the bits,
  /// and then the same seed would give other workloads.
  ///
  /// - Precondition: the bound is positive.
  /// - Source: Lemire, "Fast random integer generation in an interval" (2019): multiply, keep the upper half, and
  ///   reject the few products that would make some numbers likelier.
  public mutating func uniform(below bound: Int) -> Int {
    precondition(bound > 0, "no whole number lies below zero and from zero on")
    let width = UInt64(bound)
    var product = next().multipliedFullWidth(by: width)
    if product.low < width {
      let rejectedBelow = (0 &- width) % width
      while product.low < rejectedBelow {
        product = next().multipliedFullWidth(by: width)
      }
    }
    return Int(product.high)
  }
}
