import Testing

@testable import ClusterControl

@Suite struct EngineCommandTests {
  /// Commands and their words, as a POSIX shell without expansions has them.
  static let commands: [(text: String, words: [String])] = [
    ("vllm serve {model} --port {port}", ["vllm", "serve", "lab/Model-7B", "--port", "8123"]),
    ("  a\t--port={port}\n--host {host} ", ["a", "--port=8123", "--host", "127.0.0.1"]),
    (#"a '{port} b' "c d"'e'"#, ["a", "8123 b", "c de"]),
    (#"a {port} "say \"no\" \n \\" \"x\ y '\'"#, ["a", "8123", #"say "no" \n \"#, #""x y"#, #"\"#]),
    (
      #"a {port} '' $HOME * ; | '{"k": {"n": 1}}' {} { {1}"#,
      ["a", "8123", "", "$HOME", "*", ";", "|", #"{"k": {"n": 1}}"#, "{}", "{", "{1}"]
    ),
    ("a {port}{model}{port}", ["a", "8123lab/Model-7B8123"]),
  ]

  @Test(arguments: commands)
  func `a command is split into words without a shell`(command: (text: String, words: [String])) throws {
    let parsed = try EngineCommand(command.text)
    let arguments = parsed.arguments(model: "lab/Model-7B", host: "127.0.0.1", port: 8123)
    #expect([parsed.program] + arguments == command.words)
  }

  @Test func `what stands in for a placeholder is not split or replaced again`() throws {
    let command = try EngineCommand("a {model} {port}")
    #expect(command.arguments(model: "{port} 'b c'", host: "h", port: 1) == ["{port} 'b c'", "1"])
  }

  /// Mistakes and what is said.
  static let mistakes: [(text: String, sentence: String)] = [
    ("  ", "The engine's command is empty; allowed: a program and its arguments, {port} among them."),
    ("a 'b {port}", "The engine's command `a 'b {port}` ends with an open single quote; close it."),
    (#"a {port} "b\""#, #"The engine's command `a {port} "b\"` ends with an open double quote; close it."#),
    (#"a {port} \"#, #"The engine's command `a {port} \` ends with an open backslash; close it."#),
    ("a {PORT}", "{PORT} is no placeholder of an engine's command; allowed: {model}, {port}, {host}."),
    (
      "{model} {port}",
      "The engine's command `{model} {port}` begins with a placeholder; allowed: the name or path of a program."
    ),
    ("a b", "The engine's command `a b` has no {port}, so it could not be told which port to listen on; add it."),
  ]

  @Test(arguments: mistakes)
  func `a command that makes no sense is refused with a sentence`(mistake: (text: String, sentence: String)) {
    let error = #expect(throws: EngineOptionError.self) { try EngineCommand(mistake.text) }
    #expect(error?.description == mistake.sentence)
  }

  /// Addresses and what requests are sent to.
  static let addresses: [(text: String, address: WorkerAddress)] = [
    ("http://127.0.0.1:8000", WorkerAddress(host: "127.0.0.1", port: 8000)),
    ("http://gpu-box:1/", WorkerAddress(host: "gpu-box", port: 1)),
    ("HTTP://h:65535/v1", WorkerAddress(host: "h", port: 65535)),
    ("http://h:80/engines/a/v1/", WorkerAddress(host: "h", port: 80, prefix: "/engines/a")),
  ]

  @Test(arguments: addresses)
  func `an address is read with the path in front of the protocol's own`(
    address: (text: String, address: WorkerAddress)
  ) throws {
    #expect(try EngineURL(address.text).address == address.address)
  }

  @Test(arguments: [
    "https://h:1", "http://h", "http://:1", "http://h:0", "http://h:65536", "http://u@h:1", "h:1", "http://h:1/?x",
  ])
  func `an address that is none is refused`(text: String) {
    #expect(throws: EngineOptionError.badURL(text)) { try EngineURL(text) }
  }
}
