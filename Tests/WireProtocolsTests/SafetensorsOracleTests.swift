import GoldenData
import Quantities
import ServingModel
import Testing

@testable import WireProtocols

@Suite struct SafetensorsOracleTests {
  @Test func `the image and its division are the published server's where that divides correctly`() throws {
    var exact = 0
    for golden in try GoldenData.cases("wire.json") {
      let tensors = try golden["tensors"].array
      let image = SafetensorsImage(tensors: try tensors.map(Self.shape))
      let whole = image.head + (try Self.values(tensors, inOrderOf: image))
      #expect(try image.totalBytes == Int64(golden["total_bytes"].int))
      #expect(try FrameReader.bytes(of: UInt64(image.totalBytes)) == Self.bytes(golden["query_answer"].string))
      #expect(try image.head.dropFirst(8).elementsEqual(golden["header_json"].string.utf8))

      let threads = try golden["threads"].int
      let parts = try (0..<threads).map { try image.part($0, of: threads) }
      #expect(parts.first?.lowerBound == 0 && parts.last?.upperBound == Int64(whole.count))
      #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound }, "parts add up")
      guard try golden["concatenation_is_correct"].bool else { continue }
      exact += 1
      let sent = try golden["sent_per_thread"].array.map { try Self.bytes($0.string) }
      #expect(parts.map { Array(whole[Int($0.lowerBound)..<Int($0.upperBound)]) } == sent)
    }
    #expect(exact > 0, "some cases are compared byte for byte")
  }

  @Test func `pieces of any range of an image cover it once and in order`() throws {
    for golden in try GoldenData.cases("wire.json") {
      let tensors = try golden["tensors"].array
      let image = SafetensorsImage(tensors: try tensors.map(Self.shape))
      for cut in [1, 7, 8, 9, image.head.count - 1, image.head.count, Int(image.totalBytes) - 1] {
        for range in [0..<Int64(cut), Int64(cut)..<image.totalBytes] {
          var position = range.lowerBound
          for piece in image.pieces(of: range) {
            switch piece {
            case .head(let bytes):
              #expect(Int64(bytes.lowerBound) == position)
              position = Int64(bytes.upperBound)
            case .tensor(let entry, let bytes):
              let start = Int64(image.head.count) + image.entries[entry].data.lowerBound
              #expect(start + bytes.lowerBound == position)
              position = start + bytes.upperBound
            }
          }
          #expect(position == range.upperBound)
        }
      }
    }
  }

  static func shape(_ tensor: JSONValue) throws -> TensorShape {
    TensorShape(name: try tensor[0].string, shape: try tensor[2].array.map { try $0.int })
  }

  private static func values(_ tensors: [JSONValue], inOrderOf image: SafetensorsImage) throws -> [UInt8] {
    var values: [String: [UInt8]] = [:]
    for tensor in tensors { values[try tensor[0].string] = try bytes(tensor[3].string) }
    return image.entries.flatMap { values[$0.tensor.name] ?? [] }
  }

  static func bytes(_ hexadecimal: String) throws -> [UInt8] {
    let digits = Array(hexadecimal.utf8)
    return try stride(from: 0, to: digits.count, by: 2).map { index in
      try #require(UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16))
    }
  }
}
