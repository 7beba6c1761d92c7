import Quantities
import Scheduling
import Testing

@testable import ExternalPolicies

/// What a program can do wrong, each in one sentence; the control plane then asks and commands nothing more.
@Suite struct PolicyFailureTests {
  private static func failure(of script: Script, after events: [ControlPlaneEvent] = [.started]) -> String? {
    var controlPlane = script.controlPlane
    var output = ControlPlaneOutput()
    for event in events { controlPlane.handle(event, at: .seconds(2), into: &output) }
    return controlPlane.failure
  }

  @Test(arguments: [
    ("exit 3", "ended (exit status 3) before it had answered"),
    ("kill -KILL $$", "ended (by signal 9) before it had answered"),
    ("echo hello", "a line of JSON was expected, not `hello`"),
    ("echo '[]'", "an answer is an object with the list `commands`, not []"),
    (#"echo '{"commands":[1]}'"#, "a command is an object with the member `command`, not 1"),
    (#"printf '{"commands":[]}\n{"commands":[]}\n'"#, "wrote more than one line in answer to one event"),
    ("head -c 1200000 /dev/zero | tr '\\0' x", "wrote a line of more than 1048576 bytes"),
    (#"echo '{"commands":[{"command":"dance"}]}'"#, "there is no command `dance`; allowed: create_pods, prefetch"),
    (
      #"echo '{"commands":[{"command":"initialise"}]}'"#,
      "`initialise` needs `instance`, a whole number, and this has none"
    ),
  ])
  func `an answer that is none is named`(each: String, sentence: String) throws {
    let failure = try #require(Self.failure(of: Script(each: each)))
    #expect(failure.hasPrefix("The policy `mine` (sh -c read"), "\(failure)")
    #expect(failure.contains(sentence), "\(failure)")
    #expect(failure.hasSuffix(" It happened 2.0 s into the run."), "\(failure)")
  }

  @Test func `a program that does not answer in time is late`() throws {
    let failure = try #require(Self.failure(of: Script(each: "sleep 60", timeout: .milliseconds(300))))
    #expect(failure.contains("did not answer within 0.3 s; give it more with `timeout_s`"), "\(failure)")
  }

  @Test func `a program that cannot be started, or greets in another way, fails before anything happens`() throws {
    let missing = ExternalControlPlane(
      policy: ExternalPolicy(name: "mine", command: ["/no/such/program"]), settings: Script.settings)
    #expect(missing.failure?.contains("could not be run: `/no/such/program`: No such file or directory.") == true)
    let newer = Script(hello: #"{"type":"hello","protocol":2}"#, each: ":").controlPlane
    #expect(newer.failure?.contains("it speaks protocol 2 and this toolkit 1.") == true, "\(newer.failure ?? "")")
    let rude = Script(hello: "{}", each: ":").controlPlane
    #expect(rude.failure?.contains("the first line is answered with {\"type\":\"hello\",\"protocol\":1}") == true)
  }

  @Test(arguments: [
    (#"{"command":"create_pods","instance":1,"model":0,"workers":[{"node":0,"memory_gb":15}]}"#, "the next one is 0."),
    (#"{"command":"create_pods","instance":0,"model":7,"workers":[{"node":0,"memory_gb":15}]}"#, "there is no model 7"),
    (#"{"command":"create_pods","instance":0,"model":0,"workers":[]}"#, "an instance has 1 to 4 workers."),
    (
      #"{"command":"create_pods","instance":0,"model":0,"workers":[{"node":2,"memory_gb":15}]}"#,
      "`node` is a whole number from 0 to 1."
    ),
    (
      #"{"command":"create_pods","instance":0,"model":0,"workers":[{"node":0,"memory_gb":9}]}"#,
      "a worker needs `memory_gb` from 10, its share of the model, to 20."
    ),
    (
      #"{"command":"create_pods","instance":0,"model":0,"workers":[{"node":1,"memory_gb":15},{"node":1,"memory_gb":15}]}"#,
      "no GPU of such a node has so much memory free"
    ),
    (
      #"{"command":"create_pods","instance":0,"model":0,"workers":[{"node":0,"memory_gb":15,"source":"host_memory"}]}"#,
      "only whole models stay in host memory, and only with `host_memory_cache`"
    ),
    (#"{"command":"initialise","instance":0}"#, "there is no instance 0, or it has been deleted."),
    (#"{"command":"forward","request":1,"instance":0}"#, "there is no request 1 that waits."),
    (#"{"command":"abandon","request":1,"instance":0}"#, "there is no instance 0"),
    (#"{"command":"answer_with_error","request":1,"reason":"no"}"#, "only a request that waits"),
    (#"{"command":"ask_cache","model":0,"node":0}"#, "models stay in host memory only with `host_memory_cache`"),
    (#"{"command":"set_timer","timer":1,"at_s":1}"#, "a timer goes off between now, 2.0 s, and 31536000.0 s."),
  ])
  func `a command that cannot be done is refused with the reason`(command: String, reason: String) throws {
    let failure = try #require(Self.failure(of: .answering([("started", command)])))
    #expect(failure.contains("commanded `\(command)`, which cannot be done: "), "\(failure)")
    #expect(failure.contains(reason), "\(failure)")
  }
}
