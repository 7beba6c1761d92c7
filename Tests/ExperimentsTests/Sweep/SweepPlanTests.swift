import ServingModel
import Testing

@testable import Experiments

/// What is run, and how it is divided.
@Suite struct SweepPlanTests {
  static func plan(seeds: Int = 8) -> SweepPlan {
    let numbers = (0..<UInt64(seeds)).map { 21 + $0 }
    return SweepPlan(
      configuration: nil, variants: [.unchanged], rules: .published, coldStartSeed: 1, firstSeed: 21,
      seedCount: seeds,
      work: ColdStartSetting.figure7.map { .init(variant: 0, setting: .coldStart($0), seeds: nil) }
        + EndToEndSetting.figure9.map { .init(variant: 0, setting: .endToEnd($0), seeds: numbers) })
  }

  @Test func `all settings of the paper with eight seeds are 303 items`() {
    // By hand: 15 cold-start settings, 36 end-to-end settings of eight seeds each.
    #expect(Self.plan().items.count == 15 + 36 * 8)
  }

  @Test(arguments: [1, 2, 3, 7, 40, 303, 400])
  func `every item is in exactly one share, whatever the number of shares`(count: Int) {
    let plan = Self.plan()
    let shares = (0..<count).map { plan.share($0, of: count) }
    #expect(shares.flatMap { $0 }.count == plan.items.count)
    #expect(Set(shares.flatMap { $0 }) == Set(plan.items))
  }

  @Test func `shares are about as large as each other`() {
    let plan = Self.plan()
    let sizes = (0..<50).map { index in
      plan.share(index, of: 50).reduce(0) { $0 + $1.estimatedBytes(isFirstSeed: $1.seed == 21) }
    }
    // The largest item is the first seed of an hour at 0.8 requests a second: no share is more than that above the mean.
    let largest = plan.items[0].estimatedBytes(isFirstSeed: true)
    #expect((sizes.max() ?? 0) <= plan.estimatedBytes / 50 + largest)
  }

  @Test func `a plan is read back as it was written, and the same plan is the same text`() throws {
    let plan = Self.plan()
    #expect(try SweepPlan(text: plan.text()) == plan)
    #expect(try plan.text() == Self.plan().text())
    #expect(try plan.fingerprint(image: "a") != plan.fingerprint(image: "b"))
    #expect(try plan.fingerprint(image: "a") != Self.plan(seeds: 7).fingerprint(image: "a"))
  }

  @Test func `a plan with a part of the items has these and no others`() {
    let plan = Self.plan()
    let some = plan.items.enumerated().filter { $0.offset % 3 == 1 }.map(\.element)
    #expect(Set(plan.with(some).items) == Set(some))
  }

  @Test(arguments: [
    ("{}", "The plan is not one of this toolkit"), ("nonsense", "The plan is not one of this toolkit"),
    (#"{"version":"9.9"}"#, "The plan is not one of this toolkit"),
  ])
  func `a text that is no plan is refused in a sentence`(text: String, sentence: String) {
    let error = #expect(throws: UsageError.self) { try SweepPlan(text: text) }
    #expect(error?.description.hasPrefix(sentence) == true)
  }

  @Test func `a plan of another version is refused with both versions`() throws {
    let text = try Self.plan().text().replacing("\"version\":\"\(Toolkit.version)\"", with: "\"version\":\"9.9\"")
    #expect(
      throws: UsageError(
        "The plan is of version 9.9 and this toolkit is \(Toolkit.version); use an image of that version.")
    ) { try SweepPlan(text: text) }
  }

  @Test func `a plan whose numbers lead nowhere is refused`() throws {
    let text = try Self.plan().text().replacing("\"variant\":0", with: "\"variant\":3")
    #expect(throws: UsageError("The plan names configurations, rules or seeds that it does not have.")) {
      try SweepPlan(text: text)
    }
  }

  @Test func `numbers in a row are written short`() {
    #expect(SeedList.text([21, 22, 23, 25, 7]) == "7,21-23,25")
    #expect(SeedList.seeds("7,21-23,25") == [7, 21, 22, 23, 25])
    #expect(SeedList.seeds("5-1,x,0-18446744073709551615").isEmpty)
  }
}
