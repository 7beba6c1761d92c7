import Testing
import WireProtocols

@Suite struct ServerlessLLMProtocolTests {
  @Test func `a registration is the published one and survives its way`() throws {
    let registration = ServerlessLLMRegistration(model: "v/m/3", targetNodes: ["0", "2"])
    #expect(
      registration.body.text
        == #"{"model":"v/m/3","backend":"vllm","num_gpus":1,"auto_scaling_config":{"metric":"concurrency","target":8,"#
        + #""min_instances":0,"max_instances":100},"placement_config":{"target_nodes":["0","2"]},"backend_config":"#
        + #"{"pretrained_model_name_or_path":"/models/vllm/v/m/3","device_map":"auto","torch_dtype":"float16"}}"#)
    #expect(try ServerlessLLMRegistration(body: registration.body) == registration)
  }

  @Test func `more instances at least than at most are refused`() throws {
    let text = ServerlessLLMRegistration(model: "v/m/0", targetNodes: ["0"]).body.text
      .replacing("\"min_instances\":0", with: "\"min_instances\":101")
    let error = #expect(throws: WireError.self) {
      try ServerlessLLMRegistration(body: JSON(parsing: Array(text.utf8)))
    }
    #expect(error?.description == "`max_instances` must be a whole number from 101, not 100.")
  }

  @Test(arguments: [0, 1_764_000_000, 0.072])
  func `a whole answer survives its way, with whole and broken seconds`(created: Double) throws {
    let answer = ChatCompletionAnswer(
      id: "chatcmpl-1", model: "v/m/0", created: created, text: "two words", finishReason: "length",
      usage: TokenUsage(promptTokens: 3, completionTokens: 2))
    let text = answer.body.text
    #expect(try ChatCompletionAnswer(body: JSON(parsing: Array(text.utf8))) == answer)
    #expect(text.contains(created == 0.072 ? #""created":0.072,"# : #""created":\#(Int(created)),"#))
  }

  @Test func `an answer without a message is none`() throws {
    let error = #expect(throws: WireError.self) {
      try ChatCompletionAnswer(body: JSON(parsing: Array(#"{"choices":[]}"#.utf8)))
    }
    #expect(error?.description == "`choices` must be a list with a message, not a list.")
  }
}
