import ServingModel
import Testing

@testable import Experiments

@Suite struct SettingTests {
  @Test func `Figure 7 has 15 settings, in the published order`() {
    // The published script's order: system by system, set 0 on both backends, then set 1, which only fits on V100.
    let systems = [
      "serverless_vllm", "hydraserve_with_single_worker", "hydraserve", "serverlessllm",
      "serverlessllm_with_cached_model",
    ]
    let expected = systems.flatMap { system in
      ["0 a10", "0 v100", "1 v100"].map { "coldstart \(system) \($0)" }
    }
    #expect(ColdStartSetting.figure7.map(\.command) == expected)
    #expect(Set(ColdStartSetting.figure7).count == 15)
  }

  @Test func `the systems of the figure stand in the order of its bars`() {
    #expect(
      ColdStartSetting.figure7Systems.map(\.label) == [
        "Serverless vLLM", "ServerlessLLM", "ServerlessLLM with cached model", "HydraServe with single worker",
        "HydraServe",
      ])
  }

  @Test func `a setting has a folder and two commands`() {
    let setting = Samples.setting(.hydraServe, "1", "v100")
    #expect(setting.folder == "coldstart/hydraserve/set1-v100")
    #expect(setting.startCommand == "start-server 0 hydraserve 1 v100 0 0")
    #expect(setting.command == "coldstart hydraserve 1 v100")
    #expect(setting.description == "hydraserve, model set 1, v100")
    #expect(Set(ColdStartSetting.figure7.map(\.folder)).count == 15)
  }
}

@Suite struct UsageErrorTests {
  @Test(
    arguments: [
      ("hydraserv", "There is no system `hydraserv`, did you mean `hydraserve`? Allowed: hydraserve, vllm."),
      ("HydraServe", "There is no system `HydraServe`, did you mean `hydraserve`? Allowed: hydraserve, vllm."),
      ("vlm", "There is no system `vlm`, did you mean `vllm`? Allowed: hydraserve, vllm."),
      ("triton", "There is no system `triton`; allowed: hydraserve, vllm."),
      ("", "There is no system ``; allowed: hydraserve, vllm."),
    ])
  func `a name that is nearly right is answered with the right one`(name: String, sentence: String) {
    #expect(UsageError.unknown("system", name, allowed: ["hydraserve", "vllm"]).description == sentence)
  }

  @Test func `a single character is no hint`() {
    #expect(UsageError.unknown("set", "5", allowed: ["0", "1"]).description == "There is no set `5`; allowed: 0, 1.")
  }
}
