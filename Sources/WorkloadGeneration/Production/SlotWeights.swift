import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The expected number of arrivals of every app in every slot of the synthetic trace.
struct SlotWeights {
  /// The length of a slot in seconds: the interval over which the published generator fits its arrivals.
  static let slotSeconds = 600.0
  private static let slotsPerBin = 36  // six hours

  /// Expected arrivals by app and slot.
  private(set) var expected: [[Double]]

  init(
    apps: [SyntheticTraceApp], statistics: PublishedTraceStatistics, parameters: SyntheticTraceParameters, seed: UInt64
  ) {
    var bursts = RandomStream(seed: seed, purpose: "load from slot to slot")
    var silences = RandomStream(seed: seed, purpose: "longest pauses")
    let slots = statistics.sixHourInvocations.count * Self.slotsPerBin
    expected = apps.map { app in
      var weights = Self.overlap(of: app.window, slots: slots)
      if !app.isTimer {
        Self.silence(app, in: &weights, using: &silences)
        Self.modulate(&weights, parameters: parameters, using: &bursts)
      }
      return weights
    }
    for app in apps.indices { scale(app, to: apps[app].invocations) }
    for _ in 0..<parameters.balancingRounds {
      balance(to: statistics.sixHourInvocations, timers: apps.map(\.isTimer))
      for app in apps.indices { scale(app, to: apps[app].invocations) }
    }
  }

  /// How long each slot overlaps a stretch of time.
  private static func overlap(of window: Range<Double>, slots: Int) -> [Double] {
    (0..<slots).map { slot in
      let start = Double(slot) * slotSeconds
      return max(0, min(window.upperBound, start + slotSeconds) - max(window.lowerBound, start))
    }
  }

  /// Silences one pause of the app's longest gap, where it is above three hours, at a uniform position.
  private static func silence(
    _ app: SyntheticTraceApp, in weights: inout [Double], using random: inout RandomStream
  ) {
    let free = app.window.upperBound - app.window.lowerBound - app.longestGap
    guard app.longestGap > 10_800, free > 0 else { return }
    let start = app.window.lowerBound + free * random.unit()
    let pause = overlap(of: start..<start + app.longestGap, slots: weights.count)
    let left = zip(weights, pause).map { max(0, $0 - $1) }
    // A sum of rounding errors is no weight to put an app's arrivals on.
    if left.reduce(0, +) > 1e-6 { weights = left }
  }

  /// Multiplies by a log-normal load with an exponentially fading memory: a first-order autoregression, begun in its
  /// stationary state where the window begins.
  private static func modulate(
    _ weights: inout [Double], parameters: SyntheticTraceParameters, using random: inout RandomStream
  ) {
    guard let first = weights.firstIndex(where: { $0 > 0 }), let last = weights.lastIndex(where: { $0 > 0 })
    else { return }
    let memory = exp(-1 / parameters.burstTimeConstantInSlots)
    let innovation = (1 - memory * memory).squareRoot()
    var level = random.normal()
    for slot in first...last {
      weights[slot] *= exp(parameters.burstSigma * level)
      level = memory * level + innovation * random.normal()
    }
  }

  private mutating func scale(_ app: Int, to invocations: Double) {
    let total = expected[app].reduce(0, +)
    guard total > 0 else { return }
    let factor = invocations / total
    for slot in expected[app].indices { expected[app][slot] *= factor }
  }

  /// Moves the total of every six hours towards the published one. Timers keep their pace.
  private mutating func balance(to published: [Double], timers: [Bool]) {
    for bin in published.indices {
      let slots = bin * Self.slotsPerBin..<(bin + 1) * Self.slotsPerBin
      let total = expected.reduce(0) { $0 + $1[slots].reduce(0, +) }
      guard total > 0 else { continue }
      let factor = min(max(published[bin] / total, 0.2), 5)
      for app in expected.indices where !timers[app] {
        for slot in slots { expected[app][slot] *= factor }
      }
    }
  }
}
