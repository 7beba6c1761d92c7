import Testing

@testable import ExternalPolicies

/// Policies that are named on a command line as a command.
@Suite struct ExternalPolicyTests {
  @Test(arguments: [
    ("my_policy.py", "my-policy"), ("a/b/First.Fit.sh", "first-fit"), ("policy", "policy"), (".hidden", "-hidden"),
  ])
  func `a policy is named after its file`(path: String, name: String) {
    #expect(ExternalPolicy.name(ofFile: path) == name)
  }

  @Test func `a word with exec: is a command, another word is none`() throws {
    let policy = try #require(ExternalPolicy(word: "exec:python3 -u /nowhere/mine.py --fast"))
    #expect(policy.command == ["python3", "-u", "/nowhere/mine.py", "--fast"])
    #expect(policy.name == "python3", "a file that is not there names nothing")
    #expect(ExternalPolicy(word: "python3 mine.py") == nil)
    #expect(ExternalPolicy(word: "exec:") == nil)
  }
}
