import Testing

@testable import Experiments

/// What `--sweep` makes of its words.
@Suite struct ConfigurationVariantTests {
  @Test func `several keys give every combination, the last changing fastest`() throws {
    let names = try ConfigurationVariant.all(of: ["a.b=1,2", "c=x,y"]).map(\.name)
    #expect(names == ["a.b=1+c=x", "a.b=1+c=y", "a.b=2+c=x", "a.b=2+c=y"])
    #expect(try ConfigurationVariant.all(of: []).map(\.name) == [""])
  }

  @Test func `a variant has a folder of its own, the configuration as it is has the usual one`() throws {
    let variants = try ConfigurationVariant.all(of: ["a=1"])
    #expect(variants[0].results(in: "results") == "results/sweeps/a=1")
    #expect(ConfigurationVariant.unchanged.results(in: "results") == "results")
  }

  @Test func `a value takes the place of the one in the configuration and nothing else changes`() throws {
    let plain = try Configuration.load()
    let changed = try Configuration.load(
      changes: [ConfigurationChange(key: "hardware.pod_deletion_s", value: "7.5")])
    let (before, after) = (Self.lines(plain), Self.lines(changed))
    let different = zip(before, after).filter { $0 != $1 }
    #expect(before.count == after.count && different.count == 1)
    #expect(different.first.map { $0.1.contains("pod_deletion_s: 7.5") } == true)
  }

  private static func lines(_ configuration: Configuration) -> [Substring] {
    configuration.resolvedText.split(separator: "\n")
  }

  @Test func `names with points in them are found, the longest that fits`() throws {
    let configuration = try Configuration.load(
      changes: [ConfigurationChange(key: "models.facebook/opt-2.7b.scheduler_size_gb", value: "8")])
    #expect(try configuration.model("facebook/opt-2.7b").schedulerSizeGB == 8)
  }

  @Test(arguments: [
    ("hardware.pod_deletions_s", "There is no key of the configuration `hardware.pod_deletions_s`, did you mean"),
    ("hardware", "The key `hardware` has keys of its own; name one of them: hardware."),
    ("hardware.pod_deletion_s.x", "`hardware.pod_deletion_s` has no keys; name that one."),
    ("backends.a10.uses", "The key `backends.a10.uses` is a list, which cannot be swept"),
  ])
  func `a key that cannot be swept is refused in a sentence`(key: String, sentence: String) throws {
    let error = #expect(throws: UsageError.self) {
      try Configuration.load(changes: [ConfigurationChange(key: key, value: "1")])
    }
    #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [
    ("a", "has no key"), ("=1", "has no key"), ("a=", "letters, digits"), ("a=1,,2", "letters, digits"),
    ("a=../x", "letters, digits"), ("a/b=1", "letters, digits"), ("a=1,1", "a value twice"),
  ])
  func `words that are no sweep are refused in a sentence`(words: String, sentence: String) {
    let error = #expect(throws: UsageError.self) { try ConfigurationVariant.all(of: [words]) }
    #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
  }

  @Test func `a key that is swept twice and too many combinations are refused`() {
    #expect(throws: UsageError("The key `a` is swept twice; give all values at once.")) {
      try ConfigurationVariant.all(of: ["a=1", "a=2"])
    }
    let many = "=" + (1...40).map(String.init).joined(separator: ",")
    #expect(throws: UsageError("The sweep has more than 1000 combinations; give fewer values.")) {
      try ConfigurationVariant.all(of: ["a" + many, "b" + many])
    }
  }

  @Test func `a value out of its range is refused as in a file`() {
    let error = #expect(throws: UsageError.self) {
      try Configuration.load(changes: [ConfigurationChange(key: "hardware.pod_deletion_s", value: "-1")])
    }
    #expect(error?.description.contains("--sweep") == true && error?.description.contains("pod_deletion_s") == true)
  }
}
