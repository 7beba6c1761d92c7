import Experiments
import Foundation
import ServingModel

/// Small experiments: few machines, few requests.
extension KubernetesBench {
  /// The machine types of both testbeds.
  private static func testbed(_ backend: String, _ type: String, count: Int) -> String {
    """
    testbeds:
      small:
        gpu_servers:
          - {type: \(type), count: \(count), name: node}
        storage_servers:
          - {type: ecs.gn7i-c32g1.16xlarge, count: 1, name: store}
    backends:
      \(backend):
        testbed: small
        uses: [\(type)]
        storage_preference: largest_first
        serverlessllm_pool_gib: 16
        evicting_models: [modelscope/Llama-2-7b-chat-ms, facebook/opt-2.7b]

    """
  }

  /// One model, measured three times, on two machines.
  static let coldStart = ColdStartSetting(system: .hydraServeWithSingleWorker, modelSet: "one", backend: "two")

  static func coldStartConfiguration() throws -> Configuration {
    try configuration(
      """
      model_sets:
        one:
          - {model: facebook/opt-2.7b, ttft_slo_ms: 9000, tpot_slo_ms: 200}

      """ + testbed("two", "ecs.gn7i-c32g1.8xlarge", count: 2))
  }

  /// Twelve requests in six seconds for a model whose instances begin as pipelines of two stages.
  static let endToEnd = EndToEndSetting(system: .hydraServe, cv: 8, requestsPerSecond: 0.6)
  static let endToEndRequests = 12

  /// - Parameter folder: where the trace is written to; it is read when the requests are drawn.
  static func endToEndConfiguration(in folder: URL) throws -> Configuration {
    let trace = (1...endToEndRequests).map {
      #"{"timestamp":\#($0 * 500),"input_length":20,"output_length":\#($0),"model":"modelscope/Llama-2-7b-chat-ms/0"}"#
        + "\n"
    }
    let file = folder.appendingPathComponent("trace.jsonl")
    try Data(trace.joined().utf8).write(to: file)
    return try configuration(
      testbed("hybrid", "ecs.gn6e-c12g1.12xlarge", count: 2) + "endtoend: {trace: \(file.path)}\n")
  }

  private static func configuration(_ text: String) throws -> Configuration {
    let folder = try scratchFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("config.yaml")
    try Data(text.utf8).write(to: file)
    return try Configuration.load(userFile: file.path)
  }

  /// A new folder, which whoever asked for it removes.
  static func scratchFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }
}
