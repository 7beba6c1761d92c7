import WireProtocols

/// An amount of a resource as objects write it: `500m`, `16Gi`, `22`.
struct ResourceQuantity: Hashable, Comparable {
  /// In thousandths, so that the smallest amounts of processors stay whole.
  let thousandths: Int

  static let zero = ResourceQuantity(thousandths: 0)

  init(thousandths: Int) {
    self.thousandths = thousandths
  }

  /// A whole amount.
  init(_ whole: Int) {
    thousandths = whole * 1000
  }

  /// The amount that a text or number says; `nil` where it says none.
  init?(_ json: JSON?) {
    switch json {
    case .integer(let whole) where abs(whole) < Int64.max / 1000: self.init(Int(whole))
    case .string(let text): self.init(text)
    default: return nil
    }
  }

  /// The amount that a text says; `nil` where it says none.
  init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-" || $0 == "+") }
    guard let number = Double(digits), let factor = Self.factors[String(text.dropFirst(digits.count))] else {
      return nil
    }
    let value = (number * factor * 1000).rounded(.up)
    guard abs(value) < 9e18 else { return nil }
    thousandths = Int(value)
  }

  private static let factors: [String: Double] = [
    "": 1, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15,
    "Ki": 1024, "Mi": 1_048_576, "Gi": 1_073_741_824, "Ti": 1_099_511_627_776, "Pi": 1_125_899_906_842_624,
  ]

  static func < (a: Self, b: Self) -> Bool {
    a.thousandths < b.thousandths
  }

  static func + (a: Self, b: Self) -> Self {
    Self(thousandths: a.thousandths + b.thousandths)
  }

  static func - (a: Self, b: Self) -> Self {
    Self(thousandths: a.thousandths - b.thousandths)
  }
}
