import ResultAnalysis
import Testing

/// The published cost of an instance, against sums done by hand.
@Suite struct InstanceUseTests {
  @Test func `an instance costs its memory from the start of its creation to 30 s after its last answer`() {
    var use = InstanceUse(creationSeconds: 5, stagesGB: [18])
    use.allocatedAt = [12, 10]
    use.endedAt = [14, 20]
    #expect(use.gigabyteSeconds == 18 * (20 + 30 - (10 - 5)))
  }

  @Test func `after its consolidation only the first stage counts, whose length is taken from the creation on`() {
    var use = InstanceUse(creationSeconds: 5, stagesGB: [30, 15])
    use.allocatedAt = [10]
    use.endedAt = [25]
    use.consolidationSeconds = 4
    #expect(use.gigabyteSeconds == 45 * 4 + 30 * (50 - 4))
  }

  @Test(arguments: [0.0, 1, 60])
  func `a consolidation of a second or less, or longer than the instance's life, does not count`(seconds: Double) {
    var use = InstanceUse(creationSeconds: 5, stagesGB: [30, 15])
    use.allocatedAt = [10]
    use.endedAt = [25]
    use.consolidationSeconds = seconds
    #expect(use.gigabyteSeconds == 45 * 50)
  }

  @Test func `an instance that served nobody costs 30 s`() {
    #expect(InstanceUse(creationSeconds: 5, stagesGB: [18]).gigabyteSeconds == 18 * 30)
  }
}
