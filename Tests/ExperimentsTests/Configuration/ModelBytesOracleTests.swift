import GoldenData
import Testing

@testable import Experiments

/// The bytes that the simulation moves for each model, against the published partition data.
@Suite struct ModelBytesOracleTests {
  private static let identifiers = [
    "OPT-2.7B": "facebook/opt-2.7b", "OPT-6.7B": "facebook/opt-6.7b", "OPT-13B": "facebook/opt-13b",
    "Llama-2-7B": "modelscope/Llama-2-7b-chat-ms", "Llama-2-13B": "modelscope/Llama-2-13b-chat-ms",
    "Llama-3-8B": "LLM-Research/Meta-Llama-3-8B-Instruct", "Falcon-7B": "AI-ModelScope/falcon-7b",
  ]

  /// The engine pads OPT's vocabulary of 50272 to 50304 rows. The checkpoint's tensors ("hf") are not padded, so the
  /// engine has 32 rows of `hidden` elements of 2 bytes more wherever the embedding is: on the first stage and, as the
  /// output head, on the last.
  private static let opt = ["OPT-2.7B": 2560, "OPT-6.7B": 4096, "OPT-13B": 5120]

  @Test func `every stage of every model has the published bytes`() throws {
    let configuration = try Samples.configuration()
    var checked: Set<String> = []
    for recorded in try GoldenData.cases("partition.json") {
      let parts = try recorded["model"].string.split(separator: "/", maxSplits: 1).map(String.init)
      // Llama-2-7B's rotary frequencies are not in the engine's naming; that case records how they are cut.
      guard parts.count == 2, let identifier = Self.identifiers[parts[0]], ["hf", "engine"].contains(parts[1]) else {
        continue
      }
      let padding = parts[1] == "hf" ? Self.opt[parts[0]].map { 32 * $0 * 2 } ?? 0 : 0
      for expected in try recorded["partitions"].array {
        let size = try expected["pp"].int
        let ours = try configuration.model(identifier).stageBytes[size - 1].map { Int($0.bytes) }
        var published = try expected["bytes"].array.map { try $0.int }
        published[0] += padding
        if size > 1 { published[size - 1] += padding }
        #expect(ours == published, "\(parts[0]) in \(size)")
      }
      checked.insert(parts[0])
    }
    #expect(checked == Set(Self.identifiers.map(\.key)), "the data have a case of every model of the figure")
  }
}
