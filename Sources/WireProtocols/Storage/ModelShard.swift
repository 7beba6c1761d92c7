import ServingModel

/// Which tensors of a model a stage of a pipeline fetches.
public struct ModelShard: Hashable, Sendable {
  /// The tensors, named as the stage names them.
  public let tensors: [TensorShape]
  /// How their values lie on the wire.
  public let image: SafetensorsImage

  /// What a stage holds, or, with `isRest`, what it lacks of the whole model.
  ///
  /// An output head that the model does not use, because it ties its embeddings, belongs to no stage and so to every
  /// rest, as in the published partition's sizes.
  ///
  /// What it lacks keeps the names of the whole model: these are loaded beside the stage's own when it consolidates.
  ///
  /// - Throws: `WeightPartitionError` when the model cannot be cut into so many stages.
  /// - Precondition: the stage exists.
  public init(
    of architecture: ModelArchitecture, rank: Int, pipelineSize: Int, isRest: Bool
  ) throws(WeightPartitionError) {
    let all = architecture.tensors(naming: .checkpoint)
    let partition = try WeightPartition(
      tensors: all, layerCount: architecture.layerCount, tiesWordEmbeddings: architecture.tiesWordEmbeddings,
      pipelineSize: pipelineSize)
    precondition(partition.stages.indices.contains(rank), "a shard belongs to a stage that exists")
    tensors =
      isRest
      ? Self.rest(of: all, without: rank, partition, architecture)
      : partition.stages[rank].tensors
    image = SafetensorsImage(tensors: tensors)
  }
  /// The tensors of the whole model that a stage does not hold.
  private static func rest(
    of all: [TensorShape], without rank: Int, _ partition: WeightPartition, _ architecture: ModelArchitecture
  ) -> [TensorShape] {
    let stage = partition.stages[rank]
    let isFirst = rank == 0
    let isLast = rank == partition.stages.count - 1
    return all.filter { tensor in
      switch TensorRole(ofTensorNamed: tensor.name) {
      case .layer(let number): !stage.layers.contains(number)
      case .embedding: !isFirst && !(isLast && architecture.tiesWordEmbeddings)
      case .head: !isLast || architecture.tiesWordEmbeddings
      case .final: !isLast
      case .rotary: false
      }
    }
  }
}
