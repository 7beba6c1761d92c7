import Quantities

/// A model's weights cut into the stages of a pipeline, tensor by tensor.
///
/// Each decoder layer goes to the stage that is lightest so far, so that all stages fetch about as long; the embedding
/// weighs on the first stage, the final norm and the output head on the last.
///
/// - Source: the published partition code, byte for byte, except where it leaves layers to no stage (see
///   `layersPerStage`).
public struct WeightPartition: Hashable, Sendable {
  /// What one stage of the pipeline holds.
  public struct Stage: Hashable, Sendable {
    /// The decoder layers, by their number in the model.
    public fileprivate(set) var layers: Range<Int>
    /// The tensors, renamed for the stage, in the order of the model.
    public fileprivate(set) var tensors: [TensorShape] = []
    /// The size of the tensors.
    public fileprivate(set) var bytes: ByteCount = .zero
    /// The size of what the stage lacks of the whole model: what it fetches when it consolidates.
    public fileprivate(set) var restBytes: ByteCount = .zero
    /// How many tensors have another layer number in the stage than in the model.
    public fileprivate(set) var renamedCount = 0
  }

  /// The stages, in rank order.
  public let stages: [Stage]
  /// The names of the tensors that no stage holds: the output head of a model that uses its embedding instead.
  public let droppedTensors: [String]
  /// The size of the whole model.
  public let totalBytes: ByteCount

  /// For each stage, how many layers it and the stages before it hold.
  public var layersUpToStage: [Int] {
    stages.map(\.layers.upperBound)
  }

  /// The weights of a model of `layerCount` decoder layers, cut into `pipelineSize` stages.
  ///
  /// - Throws: `WeightPartitionError` when there is nothing to cut, or a tensor belongs to a layer the model lacks.
  public init(
    tensors: [TensorShape], layerCount: Int, tiesWordEmbeddings: Bool, pipelineSize: Int
  ) throws(WeightPartitionError) {
    guard pipelineSize >= 1 else { throw .noStages(pipelineSize: pipelineSize) }
    let roles = tensors.map { TensorRole(ofTensorNamed: $0.name) }
    let counts = Self.layersPerStage(
      tensors: tensors, roles: roles, layerCount: layerCount, tiesWordEmbeddings: tiesWordEmbeddings,
      pipelineSize: pipelineSize)
    var builder = Builder(layersPerStage: counts)
    for (tensor, role) in zip(tensors, roles) {
      try builder.add(tensor, as: role, tiesWordEmbeddings: tiesWordEmbeddings, layerCount: layerCount)
    }
    let total = tensors.reduce(ByteCount.zero) { $0 + $1.byteCount }
    stages = builder.stages.map { stage in
      var stage = stage
      stage.restBytes = total - stage.bytes
      return stage
    }
    droppedTensors = builder.dropped
    totalBytes = total
  }

  /// The size of each stage for each number of stages: `stageBytes[p - 1][rank]`, without the stages themselves, which take
  /// far longer to make.
  ///
  /// - Throws: as ``init(tensors:layerCount:tiesWordEmbeddings:pipelineSize:)`` does.
  public static func stageBytes(
    tensors: [TensorShape], layerCount: Int, tiesWordEmbeddings: Bool, mostStages: Int
  ) throws(WeightPartitionError) -> [[ByteCount]] {
    let roles = tensors.map { TensorRole(ofTensorNamed: $0.name) }
    var sizes: [[ByteCount]] = []
    for pipelineSize in 1...mostStages {
      var builder = Builder(
        layersPerStage: layersPerStage(
          tensors: tensors, roles: roles, layerCount: layerCount, tiesWordEmbeddings: tiesWordEmbeddings,
          pipelineSize: pipelineSize), keepsTensors: false)
      for (tensor, role) in zip(tensors, roles) {
        try builder.add(tensor, as: role, tiesWordEmbeddings: tiesWordEmbeddings, layerCount: layerCount)
      }
      sizes.append(builder.stages.map(\.bytes))
    }
    return sizes
  }

  /// Hands the layers out one by one, each to the stage that weighs least so far, the later of equals.
  ///
  /// A model without embedding and final weights is cut evenly, with the remainder on the last stages. The published
  /// code does the latter in a way that leaves the highest layers to no stage when the remainder is 2 or more.
  private static func layersPerStage(
    tensors: [TensorShape], roles: [TensorRole], layerCount: Int, tiesWordEmbeddings: Bool, pipelineSize: Int
  ) -> [Int] {
    var first = ByteCount.zero
    var last = ByteCount.zero
    var layer = ByteCount.zero
    for (tensor, role) in zip(tensors, roles) {
      switch role {
      case .embedding:
        first += tensor.byteCount
        if tiesWordEmbeddings { last += tensor.byteCount }
      case .head: if !tiesWordEmbeddings { last += tensor.byteCount }
      case .final: last += tensor.byteCount
      case .layer(0): layer += tensor.byteCount
      case .layer, .rotary: break
      }
    }
    if first == .zero, last == .zero {
      let remainder = layerCount % pipelineSize
      return (0..<pipelineSize).map { layerCount / pipelineSize + ($0 >= pipelineSize - remainder ? 1 : 0) }
    }
    var weights = Array(repeating: ByteCount.zero, count: pipelineSize)
    weights[0] = first
    weights[pipelineSize - 1] = last
    var counts = Array(repeating: 0, count: pipelineSize)
    for _ in 0..<layerCount {
      var lightest = 0
      for stage in weights.indices where weights[stage] <= weights[lightest] { lightest = stage }
      weights[lightest] += layer
      counts[lightest] += 1
    }
    return counts
  }
}

extension WeightPartition {
  /// The stages while tensors are being given to them.
  private struct Builder {
    var stages: [Stage]
    var dropped: [String] = []
    private var stageOfLayer: [Int] = []
    /// Whether stages get the tensors, and not their sizes alone.
    private let keepsTensors: Bool

    init(layersPerStage counts: [Int], keepsTensors: Bool = true) {
      stages = []
      self.keepsTensors = keepsTensors
      for (stage, count) in counts.enumerated() {
        stages.append(Stage(layers: stageOfLayer.count..<stageOfLayer.count + count))
        stageOfLayer += Array(repeating: stage, count: count)
      }
    }

    mutating func add(
      _ tensor: TensorShape, as role: TensorRole, tiesWordEmbeddings: Bool, layerCount: Int
    ) throws(WeightPartitionError) {
      switch role {
      case .head where tiesWordEmbeddings:
        dropped.append(tensor.name)
      case .head, .final:
        give(tensor, to: stages.count - 1)
      case .rotary:
        for stage in stages.indices { give(tensor, to: stage) }
      case .embedding:
        give(tensor, to: 0)
        if tiesWordEmbeddings, stages.count > 1 { give(tensor, to: stages.count - 1) }
      case .layer(let number):
        guard stageOfLayer.indices.contains(number) else {
          throw .layerOutOfRange(tensor: tensor.name, layerCount: layerCount)
        }
        give(tensor, ofLayer: number, to: stageOfLayer[number])
      }
    }

    private mutating func give(_ tensor: TensorShape, to stage: Int) {
      if keepsTensors { stages[stage].tensors.append(tensor) }
      stages[stage].bytes += tensor.byteCount
    }

    /// Counts the layers of each stage from 0.
    private mutating func give(_ tensor: TensorShape, ofLayer layer: Int, to stage: Int) {
      let number = layer - stages[stage].layers.lowerBound
      guard keepsTensors, number != layer, let digits = tensor.name.firstRange(of: "\(layer)") else {
        return give(tensor, to: stage)
      }
      var name = tensor.name
      name.replaceSubrange(digits, with: "\(number)")
      give(TensorShape(name: name, shape: tensor.shape), to: stage)
      stages[stage].renamedCount += 1
    }
  }
}

/// Why a model cannot be cut into stages.
public enum WeightPartitionError: Error, Equatable {
  /// A pipeline was to have no stage.
  case noStages(pipelineSize: Int)
  /// The name of a tensor has the number of a layer that the model does not have.
  case layerOutOfRange(tensor: String, layerCount: Int)
}

extension WeightPartitionError: CustomStringConvertible {
  /// One sentence: what happened, to which tensor, and what to do next.
  public var description: String {
    switch self {
    case .noStages(let pipelineSize):
      "A pipeline cannot have \(pipelineSize) stages; ask for at least 1."
    case .layerOutOfRange(let tensor, let layerCount):
      "Tensor \(tensor) belongs to no layer of a model of \(layerCount) layers; correct the layer count."
    }
  }
}
