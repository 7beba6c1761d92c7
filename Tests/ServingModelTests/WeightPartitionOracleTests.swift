import GoldenData
import ServingModel
import Testing

/// Every published partition of weights into pipeline stages.
@Suite struct WeightPartitionOracleTests {
  /// Deviation: models without embedding and final weights whose layers do not divide evenly lose their last layers in
  /// the published code ('layer-out-of-range'). Here every layer has a stage; those cases are checked for that instead.
  /// The cases, as recorded first: tiny-26, -30, -40 and -50 in 3 stages, and tiny-20, -22 and -42 in 3 and in 4.
  @Test func `every stage holds what the published one holds`() throws {
    var corrected: [String] = []
    for recorded in try GoldenData.cases("partition.json") {
      let layers = try recorded["num_layers"].int
      let tensors = try TensorShape.tensors(ofCase: recorded)
      for expected in try recorded["partitions"].array {
        let name = "\(try recorded["model"].string) in \(try expected["pp"].int)"
        let partition = try WeightPartition(
          tensors: tensors, layerCount: layers, tiesWordEmbeddings: try recorded["tie_word_embeddings"].bool,
          pipelineSize: try expected["pp"].int)
        #expect(try partition.totalBytes.bytes == Int64(recorded["total_bytes"].int))
        if try expected["error"].isNull {
          try Self.compare(partition, with: expected, name: name)
        } else {
          #expect(try expected["error"].string == "layer-out-of-range")
          #expect(try expected["prefix_layers"].array.map { try $0.int }.last != layers)
          Self.expectEveryLayerOnce(partition, layers: layers, tensors: tensors)
          corrected.append(name)
        }
      }
    }
    #expect(!corrected.isEmpty, "the data show the loss that is corrected here")
  }

  private static func compare(_ partition: WeightPartition, with expected: JSONValue, name: String) throws {
    func ints(_ key: String) throws -> [Int] { try expected[key].array.map { try $0.int } }
    let stages = partition.stages
    #expect(try partition.layersUpToStage == ints("prefix_layers"), "\(name)")
    #expect(try stages.map(\.layers.count) == ints("layers"), "\(name)")
    #expect(try stages.map(\.tensors.count) == ints("tensors"), "\(name)")
    #expect(try stages.map { Int($0.bytes.bytes) } == ints("bytes"), "\(name)")
    #expect(try stages.map { Int($0.restBytes.bytes) } == ints("rest_bytes"), "\(name)")
    #expect(try stages.map(\.renamedCount) == ints("renamed"), "\(name)")
    #expect(try partition.droppedTensors.sorted() == expected["dropped_keys"].array.map { try $0.string }.sorted())
    let keys = stages.map { $0.tensors.map(\.name).sorted() }
    let ends = try expected["first_last_key"].array.map { value in
      value.isNull ? [] : try value.array.compactMap { $0.isNull ? nil : try $0.string }
    }
    #expect(keys.map { names in [names.first, names.last].compactMap(\.self) } == ends, "\(name)")
    if try !expected["keys"].isNull {
      #expect(try keys == expected["keys"].array.map { try $0.array.map { try $0.string } }, "\(name)")
    }
  }

  private static func expectEveryLayerOnce(_ partition: WeightPartition, layers: Int, tensors: [TensorShape]) {
    #expect(partition.stages.flatMap(\.layers) == Array(0..<layers))
    let counts = partition.stages.map(\.layers.count)
    #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
    #expect(counts == counts.sorted())
    #expect(partition.stages.map(\.tensors.count).reduce(0, +) == tensors.count)
  }
}
