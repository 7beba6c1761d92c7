/// Addresses that lead nowhere, for pods that listen on none.
struct SilentAddresses {
  private var number = 0

  /// Another one.
  mutating func next() -> String {
    number += 1
    return "10.\(240 + number >> 16 & 7).\(number >> 8 & 255).\(number & 255)"
  }
}
