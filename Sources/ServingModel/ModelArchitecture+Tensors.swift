extension ModelArchitecture {
  /// Every tensor of the model: embeddings, the decoder layers in order, final norm and output head.
  public func tensors(naming: Naming) -> [TensorShape] {
    let layers = (0..<layerCount).flatMap { layer in
      layerTensors(naming).map { TensorShape(name: "\(layerPrefix).\(layer).\($0.name)", shape: $0.shape) }
    }
    return embeddingTensors(naming) + layers + finalTensors(naming)
  }

  /// What comes before the number of a layer in the names of its tensors.
  private var layerPrefix: String {
    switch family {
    case .opt: "model.decoder.layers"
    case .llama: "model.layers"
    case .falcon: "transformer.h"
    }
  }

  /// The engine cuts the vocabulary of OPT among GPUs and so rounds it up; the others are multiples already.
  private func rows(_ naming: Naming) -> Int {
    guard naming == .engine else { return vocabularySize }
    return (vocabularySize + Self.vocabularyPadding - 1) / Self.vocabularyPadding * Self.vocabularyPadding
  }

  /// The engine's vocabulary is a multiple of this. Source: the inference engine's default padding.
  private static let vocabularyPadding = 64
  /// OPT keeps two positions in front of the first token. Source: the public model code.
  private static let positionOffset = 2

  private func embeddingTensors(_ naming: Naming) -> [TensorShape] {
    switch family {
    case .opt:
      [
        TensorShape(name: "model.decoder.embed_tokens.weight", shape: [rows(naming), hiddenSize]),
        TensorShape(
          name: "model.decoder.embed_positions.weight", shape: [maxPositions + Self.positionOffset, hiddenSize]),
      ]
    case .llama: [TensorShape(name: "model.embed_tokens.weight", shape: [rows(naming), hiddenSize])]
    case .falcon: [TensorShape(name: "transformer.word_embeddings.weight", shape: [rows(naming), hiddenSize])]
    }
  }

  /// The final norm and the output head; the engine renames a head that it ties to the embedding.
  private func finalTensors(_ naming: Naming) -> [TensorShape] {
    let isRenamed = naming == .engine && family != .llama
    let head = TensorShape(name: isRenamed ? "lm_head_weight" : "lm_head.weight", shape: [rows(naming), hiddenSize])
    return switch family {
    case .opt: norm("model.decoder.final_layer_norm") + [head]
    case .llama: [TensorShape(name: "model.norm.weight", shape: [hiddenSize]), head]
    case .falcon: norm("transformer.ln_f") + [head]
    }
  }

  private func layerTensors(_ naming: Naming) -> [TensorShape] {
    switch family {
    case .opt: optLayer(naming)
    case .llama: llamaLayer(naming)
    case .falcon: falconLayer
    }
  }

  private func optLayer(_ naming: Naming) -> [TensorShape] {
    let projections =
      naming == .engine
      ? linear("self_attn.qkv_proj", hiddenSize + 2 * keyValueSize, hiddenSize)
      : linear("self_attn.k_proj", keyValueSize, hiddenSize) + linear("self_attn.v_proj", keyValueSize, hiddenSize)
        + linear("self_attn.q_proj", hiddenSize, hiddenSize)
    return projections + linear("self_attn.out_proj", hiddenSize, hiddenSize) + norm("self_attn_layer_norm")
      + linear("fc1", intermediateSize, hiddenSize) + linear("fc2", hiddenSize, intermediateSize)
      + norm("final_layer_norm")
  }

  private func llamaLayer(_ naming: Naming) -> [TensorShape] {
    let fused = [
      TensorShape(name: "self_attn.qkv_proj.weight", shape: [hiddenSize + 2 * keyValueSize, hiddenSize]),
      TensorShape(name: "self_attn.o_proj.weight", shape: [hiddenSize, hiddenSize]),
      TensorShape(name: "mlp.gate_up_proj.weight", shape: [2 * intermediateSize, hiddenSize]),
    ]
    let separate = [
      TensorShape(name: "self_attn.q_proj.weight", shape: [hiddenSize, hiddenSize]),
      TensorShape(name: "self_attn.k_proj.weight", shape: [keyValueSize, hiddenSize]),
      TensorShape(name: "self_attn.v_proj.weight", shape: [keyValueSize, hiddenSize]),
      TensorShape(name: "self_attn.o_proj.weight", shape: [hiddenSize, hiddenSize]),
      TensorShape(name: "mlp.gate_proj.weight", shape: [intermediateSize, hiddenSize]),
      TensorShape(name: "mlp.up_proj.weight", shape: [intermediateSize, hiddenSize]),
    ]
    return (naming == .engine ? fused : separate) + [
      TensorShape(name: "mlp.down_proj.weight", shape: [hiddenSize, intermediateSize]),
      TensorShape(name: "input_layernorm.weight", shape: [hiddenSize]),
      TensorShape(name: "post_attention_layernorm.weight", shape: [hiddenSize]),
    ]
  }

  /// Falcon's checkpoint fuses its projections already, so both namings agree.
  private var falconLayer: [TensorShape] {
    let queriesKeysValues = hiddenSize + 2 * keyValueSize
    return [
      TensorShape(name: "self_attention.query_key_value.weight", shape: [queriesKeysValues, hiddenSize]),
      TensorShape(name: "self_attention.dense.weight", shape: [hiddenSize, hiddenSize]),
      TensorShape(name: "mlp.dense_h_to_4h.weight", shape: [intermediateSize, hiddenSize]),
      TensorShape(name: "mlp.dense_4h_to_h.weight", shape: [hiddenSize, intermediateSize]),
    ] + norm("input_layernorm")
  }

  /// A linear layer with bias.
  private func linear(_ name: String, _ outputs: Int, _ inputs: Int) -> [TensorShape] {
    [
      TensorShape(name: "\(name).weight", shape: [outputs, inputs]),
      TensorShape(name: "\(name).bias", shape: [outputs]),
    ]
  }

  /// A layer norm with bias.
  private func norm(_ name: String) -> [TensorShape] {
    [
      TensorShape(name: "\(name).weight", shape: [hiddenSize]),
      TensorShape(name: "\(name).bias", shape: [hiddenSize]),
    ]
  }
}
