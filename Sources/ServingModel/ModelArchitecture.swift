/// The dimensions of a language model, from which its tensors follow.
///
/// Enough is known of the three families to list every tensor by name and shape, so nothing has to be downloaded to
/// know how many bytes each stage of a pipeline fetches.
///
/// - Source: the models' public configurations and checkpoints; checked against the published partition data.
public struct ModelArchitecture: Hashable, Sendable {
  /// A family of models with the same tensors; the raw value is how configuration files name it.
  public enum Family: String, CaseIterable, Hashable, Sendable {
    case opt
    case llama
    case falcon
  }

  /// Whose names the tensors have.
  public enum Naming: CaseIterable, Hashable, Sendable {
    /// The names of the public checkpoint, as storage holds them.
    case checkpoint
    /// The names of the inference engine, which fuses projections and pads the vocabulary of OPT.
    case engine
  }

  /// The family.
  public let family: Family
  /// The number of decoder layers.
  public let layerCount: Int
  /// The width of the hidden state.
  public let hiddenSize: Int
  /// The width inside the feed-forward network.
  public let intermediateSize: Int
  /// The number of tokens known.
  public let vocabularySize: Int
  /// The number of attention heads.
  public let attentionHeads: Int
  /// The number of heads that keys and values have.
  public let keyValueHeads: Int
  /// The longest sequence, where positions are learned (OPT); unused by the other families.
  public let maxPositions: Int
  /// Whether the output head is the input embedding.
  public let tiesWordEmbeddings: Bool

  /// An architecture with the dimensions of its public configuration.
  public init(
    family: Family, layerCount: Int, hiddenSize: Int, intermediateSize: Int, vocabularySize: Int,
    attentionHeads: Int, keyValueHeads: Int, maxPositions: Int, tiesWordEmbeddings: Bool
  ) {
    self.family = family
    self.layerCount = layerCount
    self.hiddenSize = hiddenSize
    self.intermediateSize = intermediateSize
    self.vocabularySize = vocabularySize
    self.attentionHeads = attentionHeads
    self.keyValueHeads = keyValueHeads
    self.maxPositions = maxPositions
    self.tiesWordEmbeddings = tiesWordEmbeddings
  }

  /// The width of one attention head.
  public var headSize: Int { hiddenSize / attentionHeads }

  /// The width of all keys (and of all values) of a token.
  public var keyValueSize: Int { headSize * keyValueHeads }

  /// What a token takes in the KV cache: a key and a value of every layer, in fp16.
  public var keyValueBytesPerToken: Int { 2 * 2 * layerCount * keyValueSize }
}
