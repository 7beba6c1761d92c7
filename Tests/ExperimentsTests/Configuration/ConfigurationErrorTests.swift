import Testing

@testable import Experiments

/// What a mistake in a user's file is answered with: one sentence with file, line and key.
@Suite struct ConfigurationErrorTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let what: String
    let yaml: String
    /// The sentence after the file's name.
    let sentence: String
    var testDescription: String { what }

    init(_ what: String, _ yaml: String, _ sentence: String) {
      (self.what, self.yaml, self.sentence) = (what, yaml, sentence)
    }
  }

  private static func model(_ change: String, family: String = "llama", heads: Int = 8) -> String {
    """
    models:
      me/x:
        label: X
        scheduler_size_gb: 1
        architecture: {family: \(family), hidden: 64, intermediate: 128, vocabulary: 256, tied_embeddings: false,
                       heads: \(heads), \(change)}
    """
  }

  static let mistakes: [Mistake] = [
    Mistake(
      "a price of nothing that there is",
      "prices:\n  unit: USD\n  source: a list\n  per_hour: {ecs.gn7i-c32g1.8xlage: 2}\n",
      ":4: key `prices.per_hour.\"ecs.gn7i-c32g1.8xlage\"` is refused: There is no type of server "
        + "`ecs.gn7i-c32g1.8xlage`, did you mean `ecs.gn7i-c32g1.8xlarge`? Allowed: ecs.c7.32xlarge, ecs.c7a.16xlarge, "
        + "ecs.c7a.32xlarge, ecs.gn6e-c12g1.12xlarge, ecs.gn6e-c12g1.24xlarge, ecs.gn6e-c12g1.3xlarge, "
        + "ecs.gn7i-c32g1.16xlarge, ecs.gn7i-c32g1.32xlarge, ecs.gn7i-c32g1.8xlarge."),
    Mistake(
      "prices without a source", "prices: {unit: USD, per_hour: {}}\n", ":1: key `prices.source` is missing; add it."),
    Mistake("unknown section", "modells: {}\n", ":1: key `modells` is unknown; remove it."),
    Mistake(
      "unknown key", "coldstart:\n  pause_ms: 35\n", ":2: key `coldstart.pause_ms` is unknown; remove it."),
    Mistake(
      "wrong type", "coldstart:\n  pause_s: long\n", ":2: key `coldstart.pause_s` is `long`, expected a number."),
    Mistake(
      "a fraction for a count", "coldstart:\n  measurements: 2.5\n",
      ":2: key `coldstart.measurements` is `2.5`, expected a whole number."),
    Mistake(
      "negative time", "coldstart:\n  pause_s: -1\n", ":2: key `coldstart.pause_s` is refused: -1.0 is less than 0."),
    Mistake(
      "zero measurements", "coldstart:\n  measurements: 0\n",
      ":2: key `coldstart.measurements` is refused: 0 is not between 1 and 1000000."),
    Mistake(
      "zero rate", "calibration:\n  host_to_gpu_gb_per_s: 0\n",
      ":2: key `calibration.host_to_gpu_gb_per_s` is refused: 0.0 is not greater than 0."),
    Mistake(
      "not a number", "calibration:\n  pipeline_setup_s: .nan\n",
      ":2: key `calibration.pipeline_setup_s` is refused: nan is less than 0."),
    Mistake(
      "a time without end", "coldstart:\n  begin_s: 1e300\n",
      ":2: key `coldstart.begin_s` is refused: 1e+300 is more than 3600000."),
    Mistake(
      "a rate of nearly nothing", "calibration:\n  host_to_gpu_gb_per_s: 1e-300\n",
      ":2: key `calibration.host_to_gpu_gb_per_s` is refused: 1e-300 is less than 0.001."),
    Mistake(
      "shares of more than one", "hardware:\n  start_split: {container: 0.6, runtime: 0.6}\n",
      ":2: key `hardware.start_split` is refused: the two shares add up to more than 1."),
    Mistake(
      "unknown model in a set",
      "model_sets:\n  mine:\n    - {model: facebook/opt-13, ttft_slo_ms: 1, tpot_slo_ms: 1}\n",
      ":3: key `model_sets.mine[0].model` is refused: There is no model `facebook/opt-13`, did you mean "
        + "`facebook/opt-13b`? Allowed: AI-ModelScope/falcon-7b, LLM-Research/Meta-Llama-3-8B-Instruct, "
        + "facebook/opt-13b, facebook/opt-2.7b, facebook/opt-6.7b, modelscope/Llama-2-13b-chat-ms, "
        + "modelscope/Llama-2-7b-chat-ms."),
    Mistake(
      "empty set", "model_sets:\n  mine: []\n",
      ":2: key `model_sets.mine` is refused: it names no model; name at least one."),
    Mistake(
      "a name that leaves the folder", "model_sets:\n  ../x:\n    - {model: m, ttft_slo_ms: 1, tpot_slo_ms: 1}\n",
      ":3: key `model_sets.\"../x\"` is refused: the name becomes part of a folder's name; use letters, digits, -, _ and ."
    ),
    Mistake(
      "unknown testbed",
      """
      backends:
        mine: {testbed: iii, uses: [x], storage_preference: largest_first, serverlessllm_pool_gib: 1, evicting_models: []}

      """,
      ":2: key `backends.mine.testbed` is refused: There is no testbed `iii`, did you mean `ii`? Allowed: i, ii."),
    Mistake(
      "unknown preference",
      """
      backends:
        mine: {testbed: i, uses: [x], storage_preference: largest, serverlessllm_pool_gib: 1, evicting_models: []}

      """,
      ":2: key `backends.mine.storage_preference` is `largest`, expected one of `largest_first`, "
        + "`smallest_sufficient`."),
    Mistake(
      "a type that the testbed lacks",
      """
      backends:
        mine:
          testbed: i
          uses: [ecs.gn7i-c32g1.32xlarge]
          storage_preference: largest_first
          serverlessllm_pool_gib: 1
          evicting_models: []

      """, ":4: key `backends.mine.uses[0]` is refused: testbed `i` has no server of that type."),
    Mistake(
      "no server used",
      """
      backends:
        mine: {testbed: i, uses: [], storage_preference: largest_first, serverlessllm_pool_gib: 1, evicting_models: []}

      """, ":2: key `backends.mine.uses` is refused: it names no type of GPU server; name at least one."),
    Mistake(
      "unknown evicting model",
      """
      backends:
        mine:
          testbed: i
          uses: [ecs.gn7i-c32g1.8xlarge]
          storage_preference: largest_first
          serverlessllm_pool_gib: 1
          evicting_models: [nothing]

      """,
      ":7: key `backends.mine.evicting_models[0]` is refused: There is no model `nothing`; allowed: "
        + "AI-ModelScope/falcon-7b, LLM-Research/Meta-Llama-3-8B-Instruct, facebook/opt-13b, facebook/opt-2.7b, "
        + "facebook/opt-6.7b, modelscope/Llama-2-13b-chat-ms, modelscope/Llama-2-7b-chat-ms."),
    Mistake(
      "unknown instance type",
      """
      testbeds:
        i:
          gpu_servers:
            - {type: ecs.gn7i-c32g1.9xlarge, count: 1, name: a}
          storage_servers: []

      """,
      ":4: key `testbeds.i.gpu_servers[0].type` is refused: There is no instance type `ecs.gn7i-c32g1.9xlarge`, did "
        + "you mean `ecs.gn7i-c32g1.8xlarge`? Allowed: ecs.gn6e-c12g1.12xlarge, ecs.gn6e-c12g1.24xlarge, "
        + "ecs.gn6e-c12g1.3xlarge, ecs.gn7i-c32g1.32xlarge, ecs.gn7i-c32g1.8xlarge."),
    Mistake(
      "unknown storage type",
      """
      testbeds:
        i:
          gpu_servers:
            - {type: ecs.gn7i-c32g1.8xlarge, count: 1, name: a}
            - {type: ecs.gn6e-c12g1.12xlarge, count: 1, name: b}
          storage_servers:
            - {type: disk, count: 1, name: c}

      """,
      ":7: key `testbeds.i.storage_servers[0].type` is refused: There is no storage type `disk`; allowed: "
        + "ecs.c7.32xlarge, ecs.c7a.16xlarge, ecs.c7a.32xlarge, ecs.gn7i-c32g1.16xlarge."),
    Mistake(
      "two groups of servers of one name",
      """
      testbeds:
        i:
          gpu_servers:
            - {type: ecs.gn7i-c32g1.8xlarge, count: 1, name: a}
            - {type: ecs.gn6e-c12g1.12xlarge, count: 1, name: a}
          storage_servers: []

      """,
      ":5: key `testbeds.i.gpu_servers[1].name` is refused: other servers of the testbed are called `a`, too; choose "
        + "another name."),
    Mistake(
      "far too many servers",
      """
      testbeds:
        i:
          gpu_servers:
            - {type: ecs.gn7i-c32g1.8xlarge, count: 1, name: a}
            - {type: ecs.gn6e-c12g1.12xlarge, count: 1000000, name: b}
          storage_servers: []

      """,
      ":5: key `testbeds.i.gpu_servers[1].count` is refused: these servers have more than 10000 GPUs together."),
    Mistake(
      "a GPU in use without constants",
      """
      instance_types:
        ecs.gn7i-c32g1.8xlarge: {gpu: l20, gpus: 1, gpu_memory_gb: 22, network_gbps: 16, memory_gb: 188, vcpus: 32}

      """,
      ":2: key `instance_types.\"ecs.gn7i-c32g1.8xlarge\".gpu` is refused: backend `a10` uses it and `hardware.gpus` "
        + "has no constants for `l20`."),
    Mistake(
      "a GPU without fitted constants",
      """
      hardware:
        gpus:
          l20: {prefill_base_ms: 1, prefill_us_per_token_and_gb: 1, decode_base_ms: 1, decode_ms_per_gb: 1}

      """, ":3: key `hardware.gpus.l20` is refused: `calibration.gpus` has no constants for it."),
    Mistake(
      "heads that do not divide", model("layers: 4", heads: 7),
      ":6: key `models.me/x.architecture.heads` is refused: 7 heads do not divide a hidden size of 64."),
    Mistake(
      "heads of keys that do not divide", model("layers: 4, key_value_heads: 3"),
      ":6: key `models.me/x.architecture.key_value_heads` is refused: 3 heads of keys and values do not divide 8 heads."
    ),
    Mistake(
      "too few layers", model("layers: 3"),
      ":6: key `models.me/x.architecture.layers` is refused: 3 layers cannot be cut into 4 stages."),
    Mistake(
      "too many layers", model("layers: 1001"),
      ":6: key `models.me/x.architecture.layers` is refused: 1001 layers are more than 1000."),
    Mistake(
      "too many weights",
      model("layers: 1000").replacing("intermediate: 128", with: "intermediate: 1000000")
        .replacing("hidden: 64", with: "hidden: 999936"),
      ":6: key `models.me/x.architecture.layers` is refused: the model would have more than 2 TB of weights."),
    Mistake(
      "OPT without positions", model("layers: 4", family: "opt"),
      ":5: key `models.me/x.architecture.family` is refused: OPT learns its positions; add `max_positions`."),
    Mistake(
      "unknown family", model("layers: 4", family: "gpt"),
      ":5: key `models.me/x.architecture.family` is `gpt`, expected one of `opt`, `llama`, `falcon`."),
    Mistake(
      "a model without a label", "models:\n  me/x:\n    scheduler_size_gb: 1\n",
      ":3: key `models.me/x.label` is missing; add it."),
    Mistake(
      "a key set twice", "coldstart:\n  pause_s: 1\n  pause_s: 2\n",
      ":3: key `coldstart.pause_s` is already set on line 2; remove one of the two."),
    Mistake("a list", "- a\n- b\n", ":1: the top of the file is a sequence, expected a mapping of keys."),
  ]

  @Test(arguments: mistakes)
  func `a mistake is answered with file, line and key`(mistake: Mistake) throws {
    try ScratchFolder.with { folder in
      let path = try folder.write(mistake.yaml, to: "my.yaml")
      let error = #expect(throws: UsageError.self) { try Configuration.load(userFile: path) }
      #expect(error?.description == path + mistake.sentence)
    }
  }

  @Test func `broken YAML is answered with its line`() throws {
    try ScratchFolder.with { folder in
      let path = try folder.write("coldstart:\n  pause_s: [1\nmodels: {}\n", to: "broken.yaml")
      let error = #expect(throws: UsageError.self) { try Configuration.load(userFile: path) }
      #expect(error?.description.hasPrefix("\(path):3: this is not valid YAML: ") == true)
    }
  }

  @Test func `deep nesting, an alias bomb and an endless file are refused before they do harm`() throws {
    let levels = (1..<20).map { level in
      "b\(level): &b\(level) [\(Array(repeating: "*b\(level - 1)", count: 9).joined(separator: ", "))]\n"
    }
    let hostile = [
      ("deep.yaml", "coldstart: " + String(repeating: "[", count: 5000), "nested more than 64 levels deep"),
      ("bomb.yaml", "b0: &b0 [x]\n" + levels.joined(), "exceeds the 100000 values"),
      ("long.yaml", String(repeating: "# nothing here\n", count: 100_000), "more than the 1048576 that are read"),
    ]
    try ScratchFolder.with { folder in
      for (name, yaml, reason) in hostile {
        let path = try folder.write(yaml, to: name)
        let error = #expect(throws: UsageError.self) { try Configuration.load(userFile: path) }
        #expect(error?.description.hasPrefix(path) == true && error?.description.contains(reason) == true, "\(name)")
      }
    }
  }

  @Test func `a file that is missing, or no file, is named with the reason`() throws {
    try ScratchFolder.with { folder in
      let missing = "\(folder.path)/none.yaml"
      #expect(throws: UsageError("Could not read \(missing): No such file or directory.")) {
        try Configuration.load(userFile: missing)
      }
      #expect(throws: UsageError("Could not read \(folder.path): it is not a readable file.")) {
        try Configuration.load(userFile: folder.path)
      }
      let empty = try folder.write("", to: "empty.yaml")
      #expect(throws: UsageError("\(empty) is empty; write at least one key.")) {
        try Configuration.load(userFile: empty)
      }
    }
  }
}
