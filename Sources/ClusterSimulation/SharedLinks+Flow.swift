import Quantities

extension SharedLinks {
  /// A link and who crosses it.
  struct Link: Sendable {
    /// Bytes per second.
    var capacity: Double
    /// The slots of the flows that cross it.
    var flows: [Int] = []
  }

  /// A transfer in its slot.
  ///
  /// What it has delivered is written down only when its rate changes; between changes it follows from the rate, so
  /// a flow that nothing disturbs gathers no rounding error.
  struct Flow: Sendable {
    /// The completion time of a flow that stands still: no moment of a run.
    static let never = Int64.max

    let id: FlowID
    let size: Double
    let cap: Double
    private(set) var route: [Int]
    private(set) var isActive = true
    /// Bytes per second since `since`.
    private(set) var rate = 0.0
    /// When the last byte arrives at the present rate, in whole nanoseconds, rounded up.
    private(set) var completesAt: Int64
    private var deliveredBefore = 0.0
    private var since: Int64

    init(id: FlowID, size: ByteCount, route: [Int], cap: Double, start: Timestamp) {
      self.id = id
      self.size = Double(size.bytes)
      self.route = route
      self.cap = cap
      since = start.nanoseconds
      completesAt = size == .zero ? start.nanoseconds : Self.never
    }

    /// Bytes delivered so far; exactly the size once the completion is due.
    func delivered(at now: Int64) -> Double {
      precondition(now >= since, "what was delivered before the last change is not kept")
      if now >= completesAt { return size }
      return min(size, deliveredBefore + rate * Double(now - since) / 1e9)
    }

    /// Continues at another rate; a completion that is due stays due.
    mutating func change(rate newRate: Double, at now: Int64) {
      deliveredBefore = delivered(at: now)
      since = now
      rate = newRate
      completesAt = completion(after: now)
    }

    /// Frees the slot for another flow.
    mutating func retire() {
      isActive = false
      route = []
    }

    /// When the rest has arrived. A quotient that is whole but for the rounding of the division counts as whole; one
    /// beyond the reach of a timestamp, 292 years, counts as never.
    private func completion(after now: Int64) -> Int64 {
      let rest = size - deliveredBefore
      if rest <= 0 { return now }
      if rate == 0 { return Self.never }
      let span = rest * 1e9 / rate
      let nearest = span.rounded()
      let whole = abs(span - nearest) <= 2 * span.ulp ? nearest : span.rounded(.up)
      return whole < Double(Self.never - now) ? now + Int64(whole) : Self.never
    }
  }
}
