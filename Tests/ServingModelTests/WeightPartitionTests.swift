import ServingModel
import Testing

@Suite struct WeightPartitionTests {
  private static let tensors =
    [TensorShape(name: "embed.weight", shape: [20])]
    + (0..<6).map { TensorShape(name: "layers.\($0).w", shape: [10]) }
    + [TensorShape(name: "norm.weight", shape: [1]), TensorShape(name: "lm_head.weight", shape: [20])]

  private static func partition(tied: Bool, stages: Int) throws -> WeightPartition {
    try WeightPartition(tensors: tensors, layerCount: 6, tiesWordEmbeddings: tied, pipelineSize: stages)
  }

  /// Weights start at 20, 0, 21 elements. The middle stage takes layers until it weighs 20; at equal weight it is the
  /// later one of it and stage 0, and takes a third (30). Then stages 0 (30), 2 (31) and, of the equals 0 and 1, stage
  /// 1.
  @Test func `layers go to the lightest stage, the later of equals`() throws {
    #expect(try Self.partition(tied: false, stages: 3).stages.map(\.layers) == [0..<1, 1..<5, 5..<6])
  }

  @Test func `a stage counts its layers from 0 and fetches the rest when it consolidates`() throws {
    let stage = try Self.partition(tied: false, stages: 2).stages[1]
    #expect(stage.tensors.map(\.name) == ["layers.0.w", "layers.1.w", "layers.2.w", "norm.weight", "lm_head.weight"])
    #expect(stage.renamedCount == 3)
    #expect(stage.bytes == .bytes(102))  // (3 · 10 + 1 + 20) elements
    #expect(stage.restBytes == .bytes(100))  // (20 + 3 · 10) elements
  }

  @Test(arguments: [true, false])
  func `sizes alone are those of the stages`(tied: Bool) throws {
    let sizes = try WeightPartition.stageBytes(
      tensors: Self.tensors, layerCount: 6, tiesWordEmbeddings: tied, mostStages: 4)
    #expect(sizes == (try (1...4).map { try Self.partition(tied: tied, stages: $0).stages.map(\.bytes) }))
    if !tied { #expect(sizes[1] == [.bytes(100), .bytes(102)]) }  // (20 + 3 · 10) and (3 · 10 + 1 + 20) elements
  }

  @Test func `tied embeddings go to both ends and the head to none`() throws {
    let partition = try Self.partition(tied: true, stages: 2)
    #expect(partition.droppedTensors == ["lm_head.weight"])
    #expect(partition.stages.map { $0.tensors.filter { $0.name == "embed.weight" }.count } == [1, 1])
    #expect(try Self.partition(tied: true, stages: 1).stages[0].tensors.count == 8)
  }

  @Test func `only the first number of a name is a layer`() throws {
    let tensors = (0..<4).map { TensorShape(name: "h.\($0).mlp.w\($0)", shape: [1]) }
    let partition = try WeightPartition(
      tensors: tensors, layerCount: 4, tiesWordEmbeddings: false, pipelineSize: 2)
    #expect(partition.stages[1].tensors.map(\.name) == ["h.0.mlp.w2", "h.1.mlp.w3"])
  }

  @Test func `what cannot be cut is said in one sentence`() {
    #expect(throws: WeightPartitionError.noStages(pipelineSize: 0)) { try Self.partition(tied: false, stages: 0) }
    #expect(throws: WeightPartitionError.layerOutOfRange(tensor: "layers.5.w", layerCount: 5)) {
      try WeightPartition(tensors: Self.tensors, layerCount: 5, tiesWordEmbeddings: false, pipelineSize: 1)
    }
    #expect(
      WeightPartitionError.noStages(pipelineSize: 0).description
        == "A pipeline cannot have 0 stages; ask for at least 1.")
    #expect(
      WeightPartitionError.layerOutOfRange(tensor: "layers.5.w", layerCount: 5).description
        == "Tensor layers.5.w belongs to no layer of a model of 5 layers; correct the layer count.")
  }
}
