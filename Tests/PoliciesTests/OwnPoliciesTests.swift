import Policies
import ServingModel
import Testing

/// The policies of this program and the names that a policy may have.
@Suite struct OwnPoliciesTests {
  @Test func `every registered policy has a good name of its own and a label`() {
    let names = OwnPolicies.all.map(\.name)
    #expect(Set(names).count == names.count)
    for policy in OwnPolicies.all {
      #expect(OwnSystem.problem(withName: policy.name) == nil, "\(policy.name)")
      #expect(!policy.label.isEmpty)
      #expect(policy.system.rawValue == policy.name && policy.system.label == policy.label)
    }
  }

  @Test(arguments: ["mine", "a", "keep-warm-2", String(repeating: "a", count: 40)])
  func `a name of lower-case letters, digits and hyphens is good`(name: String) {
    #expect(OwnSystem.problem(withName: name) == nil)
  }

  @Test(arguments: ["", "-a", "a-", "1a", "My", "a_b", "a/b", "é", String(repeating: "a", count: 41)])
  func `another name is refused with what is allowed`(name: String) {
    #expect(
      OwnSystem.problem(withName: name)
        == "use up to 40 lower-case letters, digits and hyphens, with a letter first and no hyphen last.")
  }

  @Test(arguments: ServingSystem.published)
  func `the name of a system of the paper is taken`(system: ServingSystem) {
    #expect(
      OwnSystem.problem(withName: system.rawValue) == "it is the name of a system of the paper; choose another one.")
    #expect(ServingSystem(rawValue: system.rawValue) == system)
  }

  @Test func `an own policy is no system that the paper knows`() {
    #expect(ServingSystem(rawValue: "mine") == nil)
    let own = ServingSystem.own(
      OwnSystem(name: "mine", label: "Mine", gpuIsolation: .exclusive, workers: .serverlessVLLM))
    #expect(own.gpuIsolation == .exclusive && own.publishedWorkers == .serverlessVLLM && !own.usesHostMemoryCache)
  }
}
