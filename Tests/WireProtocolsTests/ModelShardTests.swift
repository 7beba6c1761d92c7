import Quantities
import ServingModel
import Testing
import WireProtocols

@Suite struct ModelShardTests {
  static let llama2 = ModelArchitecture(
    family: .llama, layerCount: 32, hiddenSize: 4096, intermediateSize: 11008, vocabularySize: 32000,
    attentionHeads: 32, keyValueHeads: 32, maxPositions: 4096, tiesWordEmbeddings: false)
  static let tied = ModelArchitecture(
    family: .opt, layerCount: 5, hiddenSize: 64, intermediateSize: 256, vocabularySize: 500, attentionHeads: 4,
    keyValueHeads: 4, maxPositions: 128, tiesWordEmbeddings: true)

  @Test(arguments: [llama2, tied], 1...4)
  func `a stage and its rest are as large as the model`(architecture: ModelArchitecture, stages: Int) throws {
    let partition = try WeightPartition(
      tensors: architecture.tensors(naming: .checkpoint), layerCount: architecture.layerCount,
      tiesWordEmbeddings: architecture.tiesWordEmbeddings, pipelineSize: stages)
    for rank in 0..<stages {
      let own = try ModelShard(of: architecture, rank: rank, pipelineSize: stages, isRest: false)
      let rest = try ModelShard(of: architecture, rank: rank, pipelineSize: stages, isRest: true)
      #expect(own.image.dataBytes == partition.stages[rank].bytes.bytes)
      #expect(rest.image.dataBytes == partition.stages[rank].restBytes.bytes)
    }
  }

  @Test func `layers restart at 0 in each stage but not in the rest`() throws {
    let last = try ModelShard(of: Self.llama2, rank: 3, pipelineSize: 4, isRest: false)
    #expect(last.tensors.contains { $0.name.hasPrefix("model.layers.0.") })
    #expect(last.tensors.contains { $0.name == "lm_head.weight" })
    let rest = try ModelShard(of: Self.llama2, rank: 0, pipelineSize: 4, isRest: true)
    #expect(rest.tensors.contains { $0.name.hasPrefix("model.layers.31.") })
    #expect(!rest.tensors.contains { $0.name.hasPrefix("model.layers.0.") })
    #expect(!rest.tensors.contains { $0.name == "model.embed_tokens.weight" })
  }

  @Test func `synthetic bytes do not depend on where a piece begins`() throws {
    let image = try ModelShard(of: Self.tied, rank: 1, pipelineSize: 2, isRest: false).image
    var whole = [UInt8](repeating: 0, count: Int(image.totalBytes))
    whole.withUnsafeMutableBytes { image.fill($0, from: 0) }
    #expect(Array(whole[..<image.head.count]) == image.head)
    for (start, length) in [(0, 3), (5, 1000), (image.head.count - 3, 9), (image.head.count + 1, 12_345)] {
      var piece = [UInt8](repeating: 0, count: length)
      piece.withUnsafeMutableBytes { image.fill($0, from: Int64(start)) }
      #expect(piece == Array(whole[start..<start + length]))
    }
  }

  @Test func `a sum does not depend on how its bytes are cut, and sees one changed bit`() {
    var bytes = (0..<1001).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let whole = Self.sum(bytes, pieces: 1001)
    for length in [1, 3, 8, 13, 64] { #expect(Self.sum(bytes, pieces: length) == whole) }
    bytes[777] ^= 1
    #expect(Self.sum(bytes, pieces: 1001) != whole)
  }

  @Test func `weights scaled down by 100 have the same names and about a hundredth of the bytes`() throws {
    let image = try ModelShard(of: Self.llama2, rank: 0, pipelineSize: 1, isRest: false).image
    let scaled = image.scaledDown(by: 100)
    #expect(scaled.entries.map(\.tensor.name) == image.entries.map(\.tensor.name))
    #expect(abs(Double(scaled.dataBytes) * 100 / Double(image.dataBytes) - 1) < 0.01)
  }

  private static func sum(_ bytes: [UInt8], pieces length: Int) -> UInt64 {
    var sum = ByteSum()
    for start in stride(from: 0, to: bytes.count, by: length) {
      bytes[start..<min(start + length, bytes.count)].withUnsafeBytes { sum.add($0) }
    }
    return sum.value
  }
}
