import ServingModel
import Testing

@testable import Experiments

/// Policies in the configuration and on the command line.
@Suite struct PolicyConfigurationTests {
  private static func load(_ yaml: String, policies: [String] = []) throws -> Configuration {
    try ScratchFolder.with { folder in
      try Configuration.load(userFile: folder.write(yaml, to: "my.yaml"), policies: policies)
    }
  }

  @Test func `a program is a policy with a name, a label and what it needs`() throws {
    let configuration = try Self.load(
      """
      policies:
        mine:
          command: [python3, "my policy.py"]
          label: Mine
          gpu_isolation: exclusive
          workers: serverless_vllm
          host_memory_cache: true
          timeout_s: 2.5
      """)
    let system = try configuration.policy("mine").system
    #expect(
      system
        == .own(
          OwnSystem(
            name: "mine", label: "Mine", gpuIsolation: .exclusive, workers: .serverlessVLLM, usesHostMemoryCache: true))
    )
    #expect(try configuration.system("mine", among: []) == system)
    #expect(configuration.resolvedText.contains("my policy.py"))
  }

  @Test func `what a run is filed under has only the policy that is run`() throws {
    let mine = "policies: {mine: {command: [sh]}}\n"
    let plain = try Configuration.load()
    let configuration = try Self.load(mine)
    #expect(configuration.identity == plain.identity && plain.identity == plain.resolvedText)
    let hash = { (configuration: Configuration, system: ServingSystem) in
      RunInputs(configuration: configuration, seed: 1, rules: .published).hash(of: Samples.setting(system))
    }
    #expect(hash(configuration, .hydraServe) == hash(plain, .hydraServe))
    let system = try configuration.policy("mine").system
    let other = try Self.load("policies: {mine: {command: [bash]}}\n")
    #expect(hash(configuration, system) != hash(other, system))
  }

  @Test func `a command on the command line is a policy named after its file`() throws {
    let word = "exec:python3 \(Samples.repository)/docs/examples/first_fit.py --fast \"now\""
    let configuration = try Self.load("coldstart: {pause_s: 40}\n", policies: ["prewarm", word])
    #expect(try configuration.policy(word: word).name == "first-fit")
    #expect(try configuration.policy(word: "prewarm").name == "prewarm")
    #expect(configuration.resolvedText.contains("first_fit.py"))
  }

  @Test(arguments: [
    ("policies: {hydraserve: {command: [x]}}", "it is the name of a system of the paper; choose another one."),
    ("policies: {prewarm: {command: [x]}}", "two policies are called `prewarm`; give one of them another name."),
    ("policies: {My_Policy: {command: [x]}}", "use up to 40 lower-case letters, digits and hyphens"),
    ("policies: {mine: {command: []}}", "it is empty; name the program, then its arguments."),
    ("policies: {mine: {label: x}}", "key `policies.mine.command` is missing"),
    ("policies: {mine: {command: [x], timeout_s: 0}}", "0.0 is not greater than 0."),
    ("policies: {mine: {command: [x], gpu_isolation: both}}", "expected one of `shared`, `exclusive`"),
    (
      "policies: {mine: {command: [x], workers: mine}}",
      "expected one of `hydraserve`, `serverless_vllm`, `serverlessllm`"
    ),
  ])
  func `a mistake is named with its place`(yaml: String, sentence: String) throws {
    let error = #expect(throws: UsageError.self) { try Self.load(yaml) }
    #expect(error?.description.contains("my.yaml:1: ") == true, "\(error?.description ?? "")")
    #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
  }

  @Test func `a policy that nobody has is answered with those there are`() throws {
    let configuration = try Samples.configuration()
    #expect(throws: UsageError("There is no policy `prewarn`, did you mean `prewarm`? Allowed: prewarm.")) {
      try configuration.policy(word: "prewarn")
    }
    #expect(throws: UsageError.self) { try configuration.policy(word: "exec: ") }
    #expect(
      throws: UsageError(
        "There is no execution type `prewam`, did you mean `prewarm`? Allowed: hydraserve, prewarm.")
    ) { try configuration.system("prewam", among: [.hydraServe]) }
  }
}
