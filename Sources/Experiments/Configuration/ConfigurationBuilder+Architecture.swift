import ServingModel
import YAMLReading

/// Checks of a model's dimensions against each other: each is in its range, together they must make a model.
extension ConfigurationBuilder {
  /// The architecture of a model.
  func architecture(of identifier: String, _ entry: ModelEntry.Architecture) throws -> ModelArchitecture {
    func refuse(_ key: String, _ reason: String) -> YAMLError {
      refusal(at: [.key("models"), .key(identifier), .key("architecture"), .key(key)], reason)
    }
    let (layers, hidden, heads) = (entry.layers.value, entry.hidden.value, entry.heads.value)
    let keyValueHeads = entry.keyValueHeads?.value ?? heads
    guard layers >= Self.maxPipelineSize else {
      throw refuse("layers", "\(layers) layers cannot be cut into \(Self.maxPipelineSize) stages.")
    }
    guard layers <= Self.maxLayers else {
      throw refuse("layers", "\(layers) layers are more than \(Self.maxLayers).")
    }
    guard hidden % heads == 0 else {
      throw refuse("heads", "\(heads) heads do not divide a hidden size of \(hidden).")
    }
    guard heads % keyValueHeads == 0 else {
      throw refuse("key_value_heads", "\(keyValueHeads) heads of keys and values do not divide \(heads) heads.")
    }
    guard entry.family != .opt || entry.maxPositions != nil else {
      throw refuse("family", "OPT learns its positions; add `max_positions`.")
    }
    let architecture = ModelArchitecture(
      family: entry.family, layerCount: layers, hiddenSize: hidden, intermediateSize: entry.intermediate.value,
      vocabularySize: entry.vocabulary.value, attentionHeads: heads, keyValueHeads: keyValueHeads,
      maxPositions: entry.maxPositions?.value ?? 0, tiesWordEmbeddings: entry.tiedEmbeddings)
    guard Self.roughTerabytes(architecture) <= Self.maxTerabytes else {
      throw refuse("layers", "the model would have more than \(Int(Self.maxTerabytes)) TB of weights.")
    }
    return architecture
  }

  /// Far more than any model has; a slip in a number would otherwise only show as a long wait.
  private static let maxLayers = 1000
  private static let maxTerabytes = 2.0

  /// The fp16 weights in TB, a little more than they are, without a sum that could overflow.
  private static func roughTerabytes(_ model: ModelArchitecture) -> Double {
    let hidden = Double(model.hiddenSize)
    let layer = hidden * (4 * hidden + 3 * Double(model.intermediateSize))
    let embeddings = hidden * (2 * Double(model.vocabularySize) + Double(model.maxPositions))
    return 2 * (Double(model.layerCount) * layer + embeddings) / 1e12
  }
}
