import GoldenData
import ServingModel
import Testing

@Suite struct ModelArchitectureTests {
  private static let tiny = ModelArchitecture(
    family: .llama, layerCount: 2, hiddenSize: 8, intermediateSize: 24, vocabularySize: 100, attentionHeads: 4,
    keyValueHeads: 2, maxPositions: 64, tiesWordEmbeddings: false)

  @Test func `the engine fuses projections without changing the bytes`() {
    let checkpoint = Self.tiny.tensors(naming: .checkpoint)
    let engine = Self.tiny.tensors(naming: .engine)
    #expect(checkpoint.count == 2 * 9 + 3 && engine.count == 2 * 6 + 3)
    // The vocabulary is padded from 100 to 128 rows in the embedding and in the head, 8 elements of 2 bytes each.
    let padding: Int64 = 2 * 28 * 8 * 2
    #expect(engine.map(\.byteCount.bytes).reduce(0, +) == checkpoint.map(\.byteCount.bytes).reduce(0, +) + padding)
  }

  @Test func `grouped queries shrink keys and values`() {
    let shapes = Self.tiny.tensors(naming: .checkpoint).filter { $0.name.hasSuffix("layers.1.self_attn.k_proj.weight") }
    #expect(shapes == [TensorShape(name: "model.layers.1.self_attn.k_proj.weight", shape: [4, 8])])
    let fused = Self.tiny.tensors(naming: .engine).filter { $0.name.hasSuffix("layers.0.self_attn.qkv_proj.weight") }
    #expect(fused.map(\.shape) == [[16, 8]])
  }

  @Test func `two bytes per element`() {
    #expect(TensorShape(name: "w", shape: [3, 5]).byteCount == .bytes(30))
  }
}

/// The tensors of the seven public models, against those in the published partition data.
@Suite struct ModelArchitectureOracleTests {
  /// Dimensions from the models' public configurations.
  static let publicModels: [(name: String, architecture: ModelArchitecture)] = [
    ("OPT-2.7B", opt(layers: 32, hidden: 2560, heads: 32)),
    ("OPT-6.7B", opt(layers: 32, hidden: 4096, heads: 32)),
    ("OPT-13B", opt(layers: 40, hidden: 5120, heads: 40)),
    (
      "Llama-2-7B",
      llama(layers: 32, hidden: 4096, intermediate: 11008, vocabulary: 32000, heads: 32, keyValueHeads: 32)
    ),
    (
      "Llama-2-13B",
      llama(layers: 40, hidden: 5120, intermediate: 13824, vocabulary: 32000, heads: 40, keyValueHeads: 40)
    ),
    (
      "Llama-3-8B",
      llama(layers: 32, hidden: 4096, intermediate: 14336, vocabulary: 128256, heads: 32, keyValueHeads: 8)
    ),
    (
      "Falcon-7B",
      ModelArchitecture(
        family: .falcon, layerCount: 32, hiddenSize: 4544, intermediateSize: 18176, vocabularySize: 65024,
        attentionHeads: 71, keyValueHeads: 1, maxPositions: 2048, tiesWordEmbeddings: true)
    ),
  ]

  private static func opt(layers: Int, hidden: Int, heads: Int) -> ModelArchitecture {
    ModelArchitecture(
      family: .opt, layerCount: layers, hiddenSize: hidden, intermediateSize: 4 * hidden, vocabularySize: 50272,
      attentionHeads: heads, keyValueHeads: heads, maxPositions: 2048, tiesWordEmbeddings: true)
  }

  private static func llama(
    layers: Int, hidden: Int, intermediate: Int, vocabulary: Int, heads: Int, keyValueHeads: Int
  ) -> ModelArchitecture {
    ModelArchitecture(
      family: .llama, layerCount: layers, hiddenSize: hidden, intermediateSize: intermediate,
      vocabularySize: vocabulary, attentionHeads: heads, keyValueHeads: keyValueHeads, maxPositions: 4096,
      tiesWordEmbeddings: false)
  }

  @Test func `public models have the recorded tensors under both namings`() throws {
    var compared = 0
    for recorded in try GoldenData.cases("partition.json") {
      let parts = try recorded["model"].string.split(separator: "/").map(String.init)
      guard parts.count == 2, parts[1] == "hf" || parts[1] == "engine" else { continue }
      let model = try #require(Self.publicModels.first { $0.name == parts[0] }, "unknown model \(parts[0])")
      let tensors = model.architecture.tensors(naming: parts[1] == "hf" ? .checkpoint : .engine)
      let expected = try TensorShape.tensors(ofCase: recorded)
      #expect(tensors.sorted { $0.name < $1.name } == expected.sorted { $0.name < $1.name }, "\(parts)")
      #expect(try tensors.count == recorded["num_tensors"].int)
      #expect(try tensors.map(\.byteCount.bytes).reduce(0, +) == Int64(recorded["total_bytes"].int))
      #expect(try model.architecture.layerCount == recorded["num_layers"].int)
      #expect(try model.architecture.tiesWordEmbeddings == recorded["tie_word_embeddings"].bool)
      compared += 1
    }
    #expect(compared > 0)
  }
}

extension TensorShape {
  /// All tensors of a recorded model: listed one by one, or per layer with `{i}` for the number of the layer.
  static func tensors(ofCase recorded: JSONValue) throws -> [TensorShape] {
    func shapes(_ value: JSONValue, layer: Int? = nil) throws -> [TensorShape] {
      try value.array.map { entry in
        let name = try entry[0].string
        return TensorShape(
          name: layer.map { name.replacing("{i}", with: "\($0)") } ?? name, shape: try entry[1].array.map { try $0.int }
        )
      }
    }
    if try !recorded["tensors"].isNull { return try shapes(recorded["tensors"]) }
    let layers = try recorded["num_layers"].int
    return try shapes(recorded["tensors_without_layer"])
      + (0..<layers).flatMap { try shapes(recorded["tensors_per_layer"], layer: $0) }
  }
}
